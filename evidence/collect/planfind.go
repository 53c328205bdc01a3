package collect

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"

	"auditpack/evidence"
)

// find looks for what a Source is repeated for, once.
func (p *planner) find(e Each) finding {
	f, ok := p.found[e]
	if !ok {
		switch e {
		case PerUser:
			f = p.users()
		case PerSite:
			f = p.sites()
		case Shared:
			f = p.shared()
		case LTShare:
			f = p.ltshare()
		case MySQLBin:
			f = p.mysql()
		}
		p.found[e] = f
	}
	return f
}

var userHive = regexp.MustCompile(`^S-1-5-21-[0-9-]*[0-9]$`)

// users returns the SIDs of the people whose hives are loaded.
func (p *planner) users() finding {
	names, err := p.host.Subkeys("HKU")
	if err != nil {
		status, note := fileStatus(err)
		return finding{status: status, note: "the loaded user hives are not known: " + note}
	}
	var sids []string
	for _, n := range names {
		if userHive.MatchString(n) {
			sids = append(sids, n)
		}
	}
	return finding{values: sids, status: evidence.Absent, note: "no user's hive is loaded"}
}

// The key and value where Automate keeps the folder of its share.
const (
	labtechSetup  = `HKLM\SOFTWARE\WOW6432Node\LabTech\Setup`
	labtechShare  = "Local LTShare"
	defaultLTPath = `C:\LTShare`
)

func (p *planner) ltshare() finding {
	path, err := p.host.Value(labtechSetup, labtechShare)
	if err != nil || !localPath.MatchString(path) {
		path = defaultLTPath
	}
	return finding{values: []string{strings.TrimRight(path, `\`)}}
}

// localPath is a path that may be put into a command: on a drive, below its root, without characters that no path has. The script
// form asks for the same.
var localPath = regexp.MustCompile(`^[A-Za-z]:\\[^"*?<>|\x00-\x1f]+\z`)

func (p *planner) mysql() finding {
	for _, bin := range mysqlBins {
		paths, _ := p.glob(p.folder(bin) + `\mysql.ex*`)
		for _, path := range paths {
			if dir, ok := strings.CutSuffix(strings.ToLower(path), `\mysql.exe`); ok {
				return finding{values: []string{path[:len(dir)]}}
			}
		}
	}
	return finding{status: evidence.Absent, note: "no MySQL client is installed where one is looked for"}
}

// What redirection.config says, outside of comments. The script form looks for the same.
var (
	xmlComment    = regexp.MustCompile(`(?s)<!--.*?-->`)
	redirection   = regexp.MustCompile(`<configurationRedirection\b[^<>]*>`)
	redirectionOn = regexp.MustCompile(`(?i)\benabled\s*=\s*"true"`)
	redirectedTo  = regexp.MustCompile(`\bpath\s*=\s*"([^"<>]*)"`)
)

// shared returns the folder that IIS takes its configuration from, if that is not its own. One that is not on a drive of this
// host is not followed: a capture opens no connection of its own.
func (p *planner) shared() finding {
	text, err := p.read(p.folder(iisConfig + "redirection.config"))
	if errors.Is(err, fs.ErrNotExist) {
		return finding{status: evidence.Absent, note: "there is no redirection.config: IIS takes its configuration from nowhere else"}
	}
	if err != nil {
		status, note := fileStatus(err)
		return finding{status: status, note: "whether IIS takes its configuration from elsewhere is not known: redirection.config: " + note}
	}
	said := redirection.FindString(xmlComment.ReplaceAllString(text, ""))
	if !redirectionOn.MatchString(said) {
		return finding{status: evidence.Absent, note: "redirection.config does not take the configuration from elsewhere"}
	}
	path := ""
	if m := redirectedTo.FindStringSubmatch(said); m != nil {
		path = p.expand(strings.ReplaceAll(m[1], "&amp;", "&"))
	}
	if !localPath.MatchString(path) {
		return finding{status: evidence.Failed, note: fmt.Sprintf("not followed: redirection.config takes the configuration from %q, which is not on a drive of this host, and a capture opens no connection of its own", path)}
	}
	return finding{values: []string{strings.TrimRight(path, `\`)}}
}

// configuration returns the path of the applicationHost.config that is in force, as far as it is on this host.
func (p *planner) configuration() string {
	if f := p.find(Shared); len(f.values) > 0 {
		return f.values[0] + `\applicationHost.config`
	}
	return p.folder(iisConfig + "applicationHost.config")
}

// read returns the text of a file of at most maxHidden bytes.
func (p *planner) read(path string) (string, error) {
	f, err := p.host.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxHidden))
	return string(b), err
}
