package parse

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// seceditExport reads the security policy that is in force, as secedit writes it.
var seceditExport = &Format{
	Name:      "secedit export",
	Doc:       "the local security policy in force, as secedit /export /cfg writes it",
	Collector: "secedit",
	Kinds:     []string{"user-right", "account-policy", "security-option", "registry"},
	Recognise: recogniseSecedit,
	Read:      readSecedit,
}

const maxSeceditLines = 200_000

// seceditSections are the sections that hold policy; what else occurs (services, file rights) is not read.
var seceditSections = []string{"[system access]", "[event audit]", "[kerberos policy]", "[registry values]", "[privilege rights]"}

func recogniseSecedit(h Head) Match {
	var first string
	policy := false
	for line := range strings.Lines(h.Text) {
		line = strings.ToLower(strings.TrimSpace(line))
		if line == "" || line[0] == ';' {
			continue
		}
		if first == "" {
			if first = line; first[0] != '[' {
				return Match{}
			}
		}
		switch {
		case slices.Contains(seceditSections, line):
			policy = true
		case line == "[profile description]":
			return Match{Sure: 90, Refused: "a security template (it has a [Profile Description]): what somebody wants, not what is in force"}
		}
	}
	switch {
	case !policy:
		return Match{}
	case first == "[unicode]":
		return Match{Sure: 95}
	case first == "[version]":
		return Match{Sure: 90, Refused: "a security template (it begins with [Version]): what somebody wants, not what is in force"}
	}
	return Match{Sure: 80, Refused: "a part of a security policy: an export of secedit begins with [Unicode]"}
}

// seceditReader reads one export.
type seceditReader struct {
	Source
	to      evidence.Sink
	section string // lower case, with brackets
	heads   map[string]Line
	whole   map[string]bool // another section follows, so it was read to its end
	names   map[string]bool // of the lines of [System Access] and [Privilege Rights], lower case
	last    Line
	version bool
}

func readSecedit(source Source, to evidence.Sink) error {
	r := &seceditReader{Source: source, to: to, heads: map[string]Line{}, whole: map[string]bool{}, names: map[string]bool{}}
	lines := NewLineReader(source)
	err := lines.each(func(l Line) error {
		if l.Number > maxSeceditLines {
			return refuse("more than %d lines: no export of secedit", maxSeceditLines)
		}
		return r.line(l, lines.Ended())
	})
	if err != nil {
		return err
	}
	return r.finish()
}

func (r *seceditReader) line(l Line, ended bool) error {
	text := strings.TrimSpace(l.Text)
	if text == "" || text[0] == ';' {
		return nil
	}
	r.last = l
	if text[0] == '[' && (ended || strings.EqualFold(text, "[Version]")) {
		return r.head(l, strings.ToLower(text))
	}
	if !ended && !r.version {
		return nil // finish reports that the file was cut here
	}
	switch r.section {
	case "[system access]", "[kerberos policy]", "[event audit]":
		r.account(l, text)
	case "[registry values]":
		r.registry(l, text)
	case "[privilege rights]":
		r.right(l, text)
	case "":
		r.to.Problem(evidence.Problem{Message: fmt.Sprintf("line %d stands in no section", l.Number), Cite: l.Cite(r.Item)})
	}
	return nil
}

func (r *seceditReader) head(l Line, section string) error {
	if r.section != "" {
		r.whole[r.section] = true
	}
	r.section = section
	if r.version && slices.Contains(seceditSections, section) {
		return refuse("a policy template (line %d: %s comes after [Version], which ends an export): what a policy sets, not what is in force", l.Number, strings.TrimSpace(l.Text))
	}
	if _, twice := r.heads[section]; !twice {
		r.heads[section] = l
	}
	r.version = r.version || section == "[version]"
	return nil
}

// account reads "Name = number" or "Name = "text"".
func (r *seceditReader) account(l Line, text string) {
	name, value, ok := strings.Cut(text, "=")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	scope := evidence.AccountPolicy(name)
	switch r.section {
	case "[event audit]":
		scope = evidence.Address("security-option:" + name)
	case "[system access]":
		r.names[strings.ToLower(name)] = true
	}
	cite := l.Cite(r.Item)
	if !ok || name == "" {
		r.to.Problem(evidence.Problem{Scope: "account-policy:", Message: fmt.Sprintf("line %d has no name and value", l.Number), Cite: cite})
		return
	}
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		r.to.Setting(evidence.Setting{Address: scope, Value: evidence.Number(n), Cite: cite})
		return
	}
	if quoted, ok := unquoted(value); ok {
		r.to.Setting(evidence.Setting{Address: scope, Value: evidence.Text(quoted), Cite: cite})
		return
	}
	r.to.Problem(evidence.Problem{Scope: scope, Message: fmt.Sprintf("line %d: %q is neither a number nor a text in quotes", l.Number, clip([]byte(value))), Cite: cite})
}

// right reads "SeX = *SID,*SID,Name".
func (r *seceditReader) right(l Line, text string) {
	name, value, ok := strings.Cut(text, "=")
	name = strings.TrimSpace(name)
	cite := l.Cite(r.Item)
	if !ok || !strings.HasPrefix(strings.ToLower(name), "se") || strings.ContainsAny(name, " \t") {
		r.to.Problem(evidence.Problem{Scope: "user-right:", Message: fmt.Sprintf("line %d names no user right", l.Number), Cite: cite})
		return
	}
	r.names[strings.ToLower(name)] = true
	scope := evidence.Address("user-right:" + name)
	var accounts []string
	if value = strings.TrimSpace(value); value != "" {
		for _, account := range strings.Split(value, ",") {
			account = strings.TrimSpace(account)
			sid, starred := strings.CutPrefix(account, "*")
			if account == "" || starred && !evidence.IsSID(sid) {
				r.to.Problem(evidence.Problem{Scope: scope, Message: fmt.Sprintf("line %d: %q is no account", l.Number, clip([]byte(account))), Cite: cite})
				return
			}
			accounts = append(accounts, sid)
		}
	}
	r.to.Setting(evidence.Setting{Address: scope, Value: evidence.NewPrincipals(accounts...), Cite: cite})
}

// finish judges whether this is an export of what is in force and whether it is whole.
func (r *seceditReader) finish() error {
	if err := r.template(); err != nil {
		return err
	}
	if !r.version {
		r.cutShort()
	}
	if head, ok := r.heads["[privilege rights]"]; ok && r.version {
		r.to.Covered(evidence.Coverage{Scope: "user-right:", Deep: true, Cite: head.Cite(r.Item)})
	}
	if head, ok := r.heads["[system access]"]; ok && r.whole["[system access]"] {
		r.to.Covered(evidence.Coverage{Scope: "account-policy:", Deep: true, Cite: head.Cite(r.Item)})
		r.to.Covered(evidence.Coverage{Scope: "security-option:", Deep: true, Cite: head.Cite(r.Item)})
	}
	return nil
}

// template refuses what a policy sets. An export of what is in force names every setting of [System Access] and, because
// no Windows runs without it, a holder of the right to be notified of changes.
func (r *seceditReader) template() error {
	if _, ok := r.heads["[system access]"]; ok && r.whole["[system access]"] {
		for _, name := range []string{"NewAdministratorName", "NewGuestName", "EnableAdminAccount", "EnableGuestAccount"} {
			if !r.names[strings.ToLower(name)] {
				return refuse("a policy template or a part of an export: [System Access] does not name %s, which every export of the policy in force does", name)
			}
		}
	}
	if _, ok := r.heads["[privilege rights]"]; ok && r.version && !r.names["sechangenotifyprivilege"] {
		return refuse("a policy template or a part of an export: [Privilege Rights] does not name SeChangeNotifyPrivilege, which every export of the policy in force does")
	}
	return nil
}

// cutShort reports a file without its last section: the section that was being read may have had more lines, and more
// sections may have followed.
func (r *seceditReader) cutShort() {
	for _, scope := range []evidence.Address{"user-right:", "account-policy:", "security-option:"} {
		if scope != "user-right:" && r.whole["[system access]"] {
			continue
		}
		r.to.Problem(evidence.Problem{Scope: scope, Cite: r.last.Cite(r.Item),
			Message: fmt.Sprintf("the file is cut short after line %d: the section [Version], which ends an export, is missing", r.last.Number)})
	}
}

// unquoted returns the text between the quotes of s.
func unquoted(s string) (string, bool) {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return "", false
	}
	return s[1 : len(s)-1], true
}
