package parse

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// localUsers is what Get-LocalUser shows.
var localUsers = &Format{
	Name:      "Get-LocalUser objects",
	Doc:       "local accounts as Get-LocalUser writes them with ConvertTo-Json or Export-Csv",
	Collector: "accounts",
	Kinds:     []string{"account"},
	Recognise: func(h Head) Match {
		names := rowNames(h)
		if hasAll(names, "name", "sid", "enabled") && !names["distinguishedname"] && !names["deviceid"] {
			return Match{Sure: 85}
		}
		return Match{}
	},
	Read: readLocalUsers,
}

func readLocalUsers(source Source, sink evidence.Sink) error {
	problems := &problemCounter{Sink: sink}
	builtin := map[uint32]bool{}
	var first *evidence.Citation
	err := eachAccessRow(source, "account:", problems, func(row accessRow) {
		sid, ok := evidence.ParseSID(row.get("sid"))
		if !ok {
			problems.Problem(evidence.Problem{Scope: "account:", Message: fmt.Sprintf("account %q has no SID", row.get("name")), Cite: row.cite})
			return
		}
		if first == nil {
			first = &row.cite
		}
		builtin[sid.RID()] = true
		a := evidence.Account{Name: row.get("name"), Enabled: yesNo(row.get("enabled")), PasswordRequired: yesNo(row.get("passwordrequired"))}
		if expires, told := row.fields["passwordexpires"]; told && a.Enabled != evidence.NotTold {
			a.PasswordExpires = evidence.No
			if expires != "" {
				a.PasswordExpires = evidence.Yes
			}
		}
		sink.Setting(evidence.Setting{Address: evidence.Address("account:" + string(sid)), Value: a, Cite: row.cite})
	})
	// Every machine has the accounts 500 and 501: a list with both was not narrowed down.
	if err == nil && problems.count == 0 && builtin[500] && builtin[501] {
		sink.Covered(evidence.Coverage{Scope: "account:", Cite: *first})
	}
	return err
}

// yesNo reads how JSON and CSV write truth.
func yesNo(text string) evidence.Tristate {
	switch strings.ToLower(text) {
	case "true", "1":
		return evidence.Yes
	case "false", "0":
		return evidence.No
	}
	return evidence.NotTold
}

// netUser is the list that net user prints; of NAME it prints translated labels, which are not read.
var netUser = &Format{
	Name:      "net user text",
	Doc:       "the names of local accounts as net user prints them, in any language",
	Collector: "accounts",
	Kinds:     []string{"account"},
	Recognise: func(h Head) Match {
		l, ok := netListingOf(h)
		if ok && len(l.heading) == 1 && strings.Contains(l.heading[0].Text, `\\`) && len(l.rows) > 0 && !strings.HasPrefix(l.rows[0].Text, "*") {
			return Match{Sure: 65}
		}
		if strings.HasPrefix(strings.TrimSpace(h.Text), "User name  ") && strings.Contains(h.Text, "Account active") {
			return Match{Sure: 70, Refused: "net user NAME prints translated words; Get-LocalUser shows the same in a form that can be read"}
		}
		return Match{}
	},
	Read: func(source Source, sink evidence.Sink) error {
		l, err := readNetListing(source)
		if err != nil {
			return err
		}
		for _, row := range l.rows {
			for _, name := range netUserNames(row.Text) {
				sink.Setting(evidence.Setting{Address: evidence.Address("account:" + name), Value: evidence.Account{Name: name}, Cite: row.Cite(source.Item)})
			}
		}
		l.cutShort(source.Item, "account:", sink)
		return nil
	},
}

// netUserNames splits a row into its columns of 25 characters.
func netUserNames(row string) []string {
	const width = 25
	var names []string
	for text := []rune(row); len(text) > 0; {
		n := min(width, len(text))
		if name := strings.TrimSpace(string(text[:n])); name != "" {
			names = append(names, name)
		}
		text = text[n:]
	}
	return names
}
