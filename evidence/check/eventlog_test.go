package check

import (
	"strings"
	"testing"

	"auditpack/evidence"
)

func TestEventLogSize(t *testing.T) {
	const key = `HKLM\SOFTWARE\Policies\Microsoft\Windows\EventLog\Security`
	policy := evidence.RegistryValue(key, "MaxSize")
	const least, less = 196608 * 1024, 20 << 20
	dword := func(kb uint32) evidence.Registry {
		return evidence.Registry{Type: evidence.RegDWord, Data: []byte{byte(kb), byte(kb >> 8), byte(kb >> 16), byte(kb >> 24)}}
	}
	for _, test := range []struct {
		name   string
		policy evidence.Value // nil: absent
		read   bool           // the policies were
		own    evidence.Value // nil: not collected
		want   evidence.Result
		says   string
	}{
		{"by policy", dword(196608), true, nil, evidence.Pass, "by policy 196608 KB"},
		{"by policy, and so it is", dword(196608), true, evidence.Number(least), evidence.Pass, "the log itself says 196608 KB"},
		{"by policy, and it is not yet", dword(196608), true, evidence.Number(less), evidence.NeedsReview, "20480 KB"},
		{"less by policy, although it is more", dword(32768), true, evidence.Number(least), evidence.Fail, "by policy 32768 KB"},
		{"no policy, large itself", nil, true, evidence.Number(least), evidence.Pass, "no policy, and the log itself says 196608 KB"},
		{"no policy, a byte less", nil, true, evidence.Number(least - 1), evidence.Fail, "196607 KB"},
		{"no policy, and nobody asked the log", nil, true, nil, evidence.NotCollected, "no policy sets the size; nothing that was collected"},
		{"large itself, and the policies were not read", nil, false, evidence.Number(least), evidence.NotCollected, "whether a policy sets the size"},
		{"a policy that is no number", evidence.RegistryText(evidence.RegSZ, "196608"), true, nil, evidence.NeedsReview, "the policy is"},
		{"nothing", nil, false, nil, evidence.NotCollected, "no export holds"},
	} {
		h := &host{}
		if test.read {
			h.cover("policies.reg", evidence.RegistryKey(key))
		}
		if test.policy != nil {
			h.set("policies.reg", policy, test.policy)
		}
		if test.own != nil {
			h.set("eventlog-security.xml", "event-log:Security@max-bytes", test.own)
		}
		v := h.judge(t, evidence.Check{Kind: "event-log-size", Address: "event-log:Security@max-bytes", Want: []string{">= 196608", "at " + string(policy)}})
		if v.Result != test.want || !strings.Contains(told(v), test.says) {
			t.Errorf("%s: %s, want %s with %q: %s", test.name, v.Result, test.want, test.says, told(v))
		}
	}
	for _, want := range [][]string{nil, {">= 1"}, {"= 1", "at " + string(policy)}, {">= 1", string(policy)}, {">= 1", "at event-log:x"}} {
		if _, err := Prepare(evidence.Check{Kind: "event-log-size", Address: "event-log:Security@max-bytes", Want: want}); err == nil {
			t.Errorf("%q is taken", want)
		}
	}
}
