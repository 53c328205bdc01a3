package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// renamedKind judges whether a built-in account has lost its name.
var renamedKind = &Kind{
	Name:    "account-renamed",
	Doc:     "Address security-option:NewAdministratorName or security-option:NewGuestName. Want: not NAME; the names of other languages need review.",
	Prepare: prepareRenamed,
}

// builtInNames are what Windows calls the two accounts in other languages; a server that has one of these may not have
// renamed anything.
var builtInNames = []string{
	"Administrator", "Administrateur", "Administrador", "Amministratore", "Administratör", "Järjestelmänvalvoja", "Rendszergazda",
	"Администратор", "Guest", "Gast", "Invité", "Invitado", "Convidado", "Ospite", "Gäst", "Gæst", "Gjest", "Vieras", "Vendég", "Gość", "Гость", "Konuk",
}

func prepareRenamed(c evidence.Check) (Judge, error) {
	if len(c.Want) != 1 || c.Address.Kind() != "security-option" {
		return nil, fmt.Errorf("wants the address security-option:NAME and one line")
	}
	old, ok := strings.CutPrefix(c.Want[0], "not ")
	if !ok || old == "" {
		return nil, fmt.Errorf("want %q is not: not NAME", c.Want[0])
	}
	name := c.Address.Rest()
	expected := fmt.Sprintf("%s is not %q", name, old)
	return func(k Case) []evidence.Reason {
		o := lookupValue(k.Facts, c.Address)
		if r, ok := undecided(o, expected); ok {
			return []evidence.Reason{r}
		}
		r := evidence.Reason{Result: evidence.NeedsReview, Address: o.Address, Expected: expected, Cites: o.Cites}
		text, ok := o.Value().(evidence.Text)
		now := strings.TrimSpace(string(text))
		r.Actual = fmt.Sprintf("%s is %q", name, shorten(now))
		builtIn := func(n string) bool { return strings.EqualFold(n, now) }
		switch {
		case o.State == evidence.Missing:
			r.Actual = fmt.Sprintf("%s is not listed in the policy in force", name)
		case !ok || now == "":
			r.Actual = fmt.Sprintf("%s is no name: %s", name, o.Value())
		case strings.EqualFold(now, old):
			r.Result = evidence.Fail
		case slices.ContainsFunc(builtInNames, builtIn):
			r.Note = "that is the name of a built-in account in some language of Windows"
		default:
			r.Result = evidence.Pass
		}
		return []evidence.Reason{r}
	}, nil
}
