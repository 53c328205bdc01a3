package collect

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
)

// physicalPath finds the folders that IIS serves from. The script form looks for the same.
var physicalPath = regexp.MustCompile(`\bphysicalPath\s*=\s*"([^"<>]+)"`)

// variables are what is replaced where a path of the configuration of IIS begins with it, each with the folder that it stands for.
// A service may have others of its own, whose values are not known here.
var variables = []struct{ name, folder string }{
	{"%SystemDrive%", SystemDrive}, {"%SystemRoot%", SystemRoot}, {"%windir%", SystemRoot}, {"%ProgramData%", ProgramData},
	{"%ProgramFiles%", ProgramFiles}, {"%ProgramW6432%", ProgramFiles}, {"%ProgramFiles(x86)%", ProgramX86},
}

// expand replaces the variable that a path begins with.
func (p *planner) expand(path string) string {
	for _, v := range variables {
		if len(path) >= len(v.name) && strings.EqualFold(path[:len(v.name)], v.name) {
			return p.host.Folder(v.folder) + path[len(v.name):]
		}
	}
	return path
}

// Folders of IIS of which no web.config is read, and why. The script form has the same.
var (
	networkPath  = regexp.MustCompile(`^\\\\[^\\?.]`)
	variablePath = regexp.MustCompile(`%[^%\\]+%`)
	drivePath    = regexp.MustCompile(`^[A-Za-z]:\\[^"*?<>|\x00-\x1f]*\z`)
)

const (
	onNetwork    = "not read: it is in a folder of the network, and a capture opens no connection of its own"
	withVariable = "not read: the path has a variable that the service knows and a capture does not"
	notOnDrive   = `not read: the path is not written as one on a drive, such as D:\web`
)

// whyUnread says why the web.config of a folder is not read; empty: it is.
func whyUnread(folder string) string {
	switch {
	case networkPath.MatchString(folder):
		return onNetwork
	case variablePath.MatchString(folder):
		return withVariable
	case !drivePath.MatchString(folder + `\`):
		return notOnDrive
	}
	return ""
}

// maxSites bounds the folders whose web.config is looked for.
const maxSites = 2000

// sites returns the folders that IIS serves from, and those directly in one that have a web.config of their own. Those of which
// none is read are among them.
func (p *planner) sites() finding {
	roots := []string{p.folder(SystemDrive + `\inetpub\wwwroot`)}
	text, err := p.read(p.configuration())
	if errors.Is(err, fs.ErrNotExist) {
		return finding{status: evidence.Absent, note: "IIS is not installed: there is no applicationHost.config"}
	}
	for _, m := range physicalPath.FindAllStringSubmatch(text, -1) {
		roots = append(roots, strings.TrimRight(strings.ReplaceAll(p.expand(strings.ReplaceAll(m[1], "&amp;", "&")), "/", `\`), `\`))
	}
	var folders []string
	for _, root := range roots {
		folders = append(folders, root)
		if whyUnread(root) == "" {
			folders = append(folders, p.below(root)...)
		}
	}
	slices.SortFunc(folders, func(a, b string) int {
		return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
	})
	folders = slices.CompactFunc(folders, strings.EqualFold)
	more := len(folders) - maxSites
	if more <= 0 {
		return finding{values: folders}
	}
	return finding{values: folders[:maxSites], more: fmt.Sprintf("not read: %d more folders of IIS, behind the limit of %d", more, maxSites)}
}

// below returns the folders directly in one that IIS serves from that have a web.config.
func (p *planner) below(root string) []string {
	var folders []string
	names, _ := p.host.Names(root) // where the folder cannot be listed, opening its web.config says why
	for _, name := range names {
		below, isFolder := strings.CutSuffix(name, `\`)
		if !isFolder {
			continue
		}
		inside, _ := p.host.Names(root + `\` + below)
		if strings.EqualFold(below, "aspnet_client") || slices.ContainsFunc(inside, func(n string) bool { return strings.EqualFold(n, "web.config") }) {
			folders = append(folders, root+`\`+below)
		}
	}
	return folders
}
