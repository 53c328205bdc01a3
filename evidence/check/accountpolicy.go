package check

import (
	"fmt"

	"auditpack/evidence"
)

// accountPolicyKind judges a setting of the section [System Access] or [Kerberos Policy].
var accountPolicyKind = &Kind{
	Name: "account-policy",
	Doc: "Address account-policy:NAME or security-option:NAME. Want: alternatives as for registry, and never for -1, by which" +
		" secedit says that passwords never expire or that a lockout lasts until an administrator ends it.",
	Prepare: prepareAccountPolicy,
}

func prepareAccountPolicy(c evidence.Check) (Judge, error) {
	name := c.Address.Rest()
	if kind := c.Address.Kind(); name == "" || kind != "account-policy" && kind != "security-option" {
		return nil, fmt.Errorf("address %q is not account-policy:NAME or security-option:NAME", c.Address)
	}
	address := c.Address
	if address.Kind() == "account-policy" {
		address = evidence.AccountPolicy(name)
	}
	want, err := parseExpectation(c.Want)
	if err != nil {
		return nil, err
	}
	expected := fmt.Sprintf("%s %s", name, want)
	return func(k Case) []evidence.Reason {
		o := lookupValue(k.Facts, address)
		if r, ok := undecided(o, expected); ok {
			return []evidence.Reason{r}
		}
		r := evidence.Reason{Result: evidence.Fail, Address: o.Address, Expected: expected, Cites: o.Cites}
		holds := want.absent
		if o.State == evidence.Missing {
			r.Actual = fmt.Sprintf("%s is not set: the policy in force does not list it", name)
		} else {
			var actual string
			holds, actual = want.policy(o.Value())
			r.Actual = name + " " + actual
		}
		if holds {
			r.Result = evidence.Pass
		}
		return []evidence.Reason{r}
	}, nil
}

// policy judges a value of the account policy and says what it is.
func (e expectation) policy(v evidence.Value) (holds bool, actual string) {
	numbers, texts := e.wants()
	switch v := v.(type) {
	case evidence.Number:
		actual = fmt.Sprintf("is %d", v)
		if v == -1 {
			actual = "is -1 (never)"
		}
		if texts && !numbers {
			actual += ", a number: it must be text"
		}
		return e.number(int64(v)), actual
	case evidence.Text:
		actual = fmt.Sprintf("is %q", shorten(string(v)))
		if numbers && !texts {
			actual += ", a text: it must be a number"
		}
		return e.words(string(v)), actual
	}
	return false, fmt.Sprintf("is of an unknown form: %s", v)
}
