package check

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// auditPolicyKind judges what a subcategory of the audit policy writes to the security log.
var auditPolicyKind = &Kind{
	Name: "audit-policy",
	Doc: "Address audit-policy:{GUID} of the subcategory. Want: includes success, includes failure, or both lines; more than" +
		" what is wanted is a pass.",
	Prepare: prepareAuditPolicy,
}

func prepareAuditPolicy(c evidence.Check) (Judge, error) {
	guid := c.Address.Rest()
	if c.Address.Kind() != "audit-policy" || len(guid) != 38 || guid[0] != '{' || guid[37] != '}' {
		return nil, fmt.Errorf("address %q is not audit-policy:{GUID}", c.Address)
	}
	var want evidence.AuditSetting
	for _, w := range c.Want {
		switch strings.Join(strings.Fields(w), " ") {
		case "includes success":
			want |= evidence.AuditSuccess
		case "includes failure":
			want |= evidence.AuditFailure
		case "includes success and failure":
			want |= evidence.AuditBoth
		default:
			return nil, fmt.Errorf("want %q is none of includes success, includes failure, includes success and failure", w)
		}
	}
	if want == evidence.AuditNone {
		return nil, fmt.Errorf("want is empty")
	}
	name := evidence.AuditSubcategory(guid)
	expected := fmt.Sprintf("%s writes %s to the security log", name, want)
	return func(k Case) []evidence.Reason {
		o := lookupValue(k.Facts, c.Address)
		if r, ok := undecided(o, expected); ok {
			return []evidence.Reason{r}
		}
		r := evidence.Reason{Result: evidence.Fail, Address: o.Address, Expected: expected, Cites: o.Cites}
		got, ok := o.Value().(evidence.AuditSetting)
		switch {
		case !ok: // no format covers audit policies as a whole, so a subcategory is not known to be absent
			r.Result, r.Actual = evidence.NeedsReview, fmt.Sprintf("%s is not listed, or not as an audit setting", name)
		case got == evidence.AuditNone:
			r.Actual = name + " writes nothing to the security log"
		default:
			r.Actual = fmt.Sprintf("%s writes %s to the security log", name, got)
		}
		if ok && got.Includes(want) {
			r.Result = evidence.Pass
		}
		return []evidence.Reason{r}
	}, nil
}
