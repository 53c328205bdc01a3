package audit

import (
	"slices"
	"strings"

	"auditpack/evidence"
)

// serverConfiguration is the format of applicationHost.config and redirection.config.
const serverConfiguration = "IIS server configuration"

// settleSharing tells which applicationHost.config is in force where redirection.config takes the configuration from another
// folder and the one from there was collected too: that one. The server's own is refused, since nothing in it is in force. Where
// the other was not collected nothing is settled, and what is said of IIS stays in doubt.
func settleSharing(contents []evidence.Content) {
	redirecting := -1
	for i, c := range contents {
		if slices.ContainsFunc(c.Settings, func(s evidence.Setting) bool { return s.Address == evidence.IISSharing }) {
			if redirecting >= 0 {
				return // two say something: they are compared where they are judged
			}
			redirecting = i
		}
	}
	if redirecting < 0 {
		return
	}
	at := slices.IndexFunc(contents[redirecting].Settings, func(s evidence.Setting) bool { return s.Address == evidence.IISSharingPath })
	if at < 0 {
		return
	}
	folder := strings.TrimRight(contents[redirecting].Settings[at].Value.String(), `\`)
	isShared := func(c evidence.Content) bool {
		return c.Format == serverConfiguration && strings.EqualFold(evidence.HostPath(c.Item.Name), folder+`\applicationHost.config`)
	}
	shared := slices.IndexFunc(contents, isShared)
	if shared < 0 || contents[shared].Refused != "" {
		return
	}
	for i, c := range contents {
		if c.Format == serverConfiguration && i != redirecting && !isShared(c) && c.Refused == "" {
			contents[i] = evidence.Content{Item: c.Item, Format: c.Format, Kinds: c.Kinds, Refused: "not in force: redirection.config takes the configuration from " + folder}
		}
	}
	contents[redirecting].Problems = slices.DeleteFunc(slices.Clone(contents[redirecting].Problems), func(p evidence.Problem) bool { return p.Scope == evidence.IISRules })
}
