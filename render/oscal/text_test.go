package oscal

import (
	"testing"
	"time"
)

// TestName: RFC 9562 gives the version 5 UUID of www.example.com in the namespace for DNS.
func TestName(t *testing.T) {
	if got := uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8").name("www.example.com"); got != "2ed6657d-e927-568b-95e1-2665a8aea6a2" {
		t.Error(got)
	}
	if got := uuid("6ba7b812-9dad-11d1-80b4-00c04fd430c8").name("auditpack"); got != space {
		t.Error(got)
	}
	if space.name("a", "bc") == space.name("ab", "c") {
		t.Error("parts run together")
	}
}

func TestMarkup(t *testing.T) {
	for in, want := range map[string]string{
		"":                                "",
		"TLS 1.0 is off":                  "TLS 1.0 is off",
		`HKLM\SYSTEM\CurrentControlSet!A`: `HKLM\SYSTEM\CurrentControlSet!A`,
		`C:\`:                             `C:\\`,
		`\\server\share`:                  `\\\server\share`,
		`rule {0CCE9215-69AE}`:            `rule {0CCE9215-69AE}`,
		"{{ insert: param, p }}":          `\{{ insert: param, p }}`,
		"SV-205858r991589_rule, IIS_USRS": "SV-205858r991589_rule, IIS_USRS",
		"_x_ __y__":                       `\_x\_ \__y_\_`,
		"*a* `b` ~c~ ^d^":                 "\\*a\\* \\`b\\` \\~c\\~ \\^d\\^",
		"![i](u) <img>":                   `!\[i](u) \<img>`,
		`\*`:                              `\\\*`,
		"R&D &amp; &#60; a & b":           `R\&D \&amp; \&#60; a & b`,
		"# title":                         `\# title`,
		"- item - no item":                `\- item - no item`,
		"a\nb":                            `a\nb`,
		"\x1b[2J":                         `\x1B\[2J`,
		"\u00a0x ":                        "x",
	} {
		if got := markup(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestToken(t *testing.T) {
	for in, want := range map[string]string{
		"tls10-server": "tls10-server", "SV-1r2_rule": "SV-1r2_rule", "": "_", "10": "_10", "-a": "_-a", "a b/c": "a_b_c", "é": "é", "\xff": "__", "a\n": "a_",
	} {
		if got := token(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestInstant(t *testing.T) {
	east := time.FixedZone("", 2*3600)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{time.Time{}, ""},
		{time.Date(2026, 1, 1, 1, 0, 0, 999, east), "2025-12-31T23:00:00Z"},
		{time.Date(2000, 1, 1, 1, 0, 0, 0, east), ""},
		{time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), "2024-02-29T00:00:00Z"},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), ""},
	} {
		if got := instant(c.at); got != c.want {
			t.Errorf("%v: %q", c.at, got)
		}
	}
}

func TestHref(t *testing.T) {
	for in, want := range map[string]string{
		"data/audit.json": "../audit.json",
		"data/snapshots/a/after/data/items/registry/lsa.reg": "../snapshots/a/after/data/items/registry/lsa.reg",
		"data/a b#c?d%": "../a%20b%23c%3Fd%25",
	} {
		if got := href(in); got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
}
