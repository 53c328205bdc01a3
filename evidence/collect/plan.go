package collect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
)

// Task is one Item that is to be captured: a Source with everything filled in.
type Task struct {
	Collector *Collector
	Source    Source
	Path      string          // of the Item in the snapshot
	Status    evidence.Status // empty: the host is to be asked; else it is known already,
	Note      string          // and why
}

// name returns what the Item is called: the path of a file on the host, else its own name.
func (t Task) name() string {
	if t.Source.File != "" {
		return t.Source.File
	}
	return t.Path[strings.LastIndexByte(t.Path, '/')+1:]
}

// leftOut is the Note of a Task whose Collector the operator did not select.
const leftOut = "left out by the operator"

// LeftOut reports whether the operator did not select the Task's Collector.
func (t Task) LeftOut() bool { return t.Status == evidence.Skipped && t.Note == leftOut }

// planner fills in what depends on the host.
type planner struct {
	host  Host
	about About
	o     Options
	tasks []Task
	taken map[string]bool
	found map[Each]finding
}

// finding is what the host has of one kind: values for a placeholder, or why there are none.
type finding struct {
	values []string
	status evidence.Status
	note   string
}

// Plan tells what a capture asks a host for, Item by Item, without running anything. It reads applicationHost.config, two
// places of the registry and the names of folders, to know which files there are.
func Plan(ctx context.Context, h Host, list []*Collector, o Options) ([]Task, error) {
	if err := errors.Join(Validate(list), o.Selection.Check(list)); err != nil {
		return nil, err
	}
	about, err := h.About(ctx)
	if err != nil {
		return nil, err
	}
	p := &planner{host: h, about: about, o: o, taken: map[string]bool{}, found: map[Each]finding{}}
	for _, c := range list {
		for _, s := range c.Sources {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			p.source(c, s)
		}
	}
	return p.tasks, nil
}

func (p *planner) source(c *Collector, s Source) {
	if s.Instead && p.about.Elevated {
		return
	}
	switch {
	case !p.o.Selection.Takes(c.Name):
		p.known(c, s, evidence.Skipped, leftOut)
		return
	case s.Needs == NeedMySQLLogin && p.o.MySQLLogin == "":
		p.known(c, s, evidence.Skipped, "needs a login for the database (--mysql-user or --mysql-login)")
		return
	case s.Each == Once:
		p.files(c, p.fill(s, "", ""), "")
		return
	}
	f := p.find(s.Each)
	if len(f.values) == 0 {
		p.known(c, s, f.status, f.note)
		return
	}
	for _, v := range f.values {
		mark := v
		if s.Each == LTShare || s.Each == MySQLBin || s.Each == Shared {
			mark = ""
		}
		p.files(c, p.fill(s, string(s.Each), v), mark)
	}
}

// known adds a Task whose Status needs no asking.
func (p *planner) known(c *Collector, s Source, status evidence.Status, note string) {
	p.add(Task{Collector: c, Source: p.fill(s, "", ""), Status: status, Note: note}, "")
}

// fill puts a value in the place of a placeholder, the login, and the folders of the host.
func (p *planner) fill(s Source, placeholder, value string) Source {
	text := func(t string) string {
		if placeholder != "" {
			t = strings.ReplaceAll(t, placeholder, value)
		}
		return t
	}
	s.Program, s.File = p.folder(text(s.Program)), p.folder(text(s.File))
	args := slices.Clone(s.Args)
	for i := range args {
		quoted := value
		if strings.Contains(args[i], "'"+placeholder+"'") { // inside of a line of PowerShell
			quoted = strings.ReplaceAll(value, "'", "''")
		}
		if placeholder != "" {
			args[i] = strings.ReplaceAll(args[i], placeholder, quoted)
		}
		if p.o.MySQLLogin != "" {
			args[i] = strings.ReplaceAll(args[i], string(NeedMySQLLogin), p.o.MySQLLogin)
		}
	}
	s.Args = args
	return s
}

// folder puts the path of a folder in the place of its name.
func (p *planner) folder(path string) string {
	for _, name := range Folders {
		if rest, ok := strings.CutPrefix(path, name); ok {
			if folder := p.host.Folder(name); folder != "" {
				return folder + rest
			}
		}
	}
	return path
}

// files adds a Task for a command or a file, or one for each file that fits a pattern.
func (p *planner) files(c *Collector, s Source, mark string) {
	if !strings.Contains(s.File, "*") {
		p.add(Task{Collector: c, Source: s}, mark)
		return
	}
	paths, err := p.glob(s.File)
	for _, path := range paths {
		one := s
		one.File = path
		p.add(Task{Collector: c, Source: one}, path)
	}
	if len(paths) == 0 {
		status, note := fileStatus(err)
		p.add(Task{Collector: c, Source: s, Status: status, Note: note}, "")
	}
}

// glob returns the files that fit a pattern with * in the names of folders or of the file.
func (p *planner) glob(pattern string) ([]string, error) {
	parts := strings.Split(pattern, `\`)
	paths := []string{parts[0]}
	for i, part := range parts[1:] {
		if !strings.Contains(part, "*") {
			for j := range paths {
				paths[j] += `\` + part
			}
			continue
		}
		var next []string
		for _, path := range paths {
			names, err := p.host.Names(path)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
			for _, name := range names {
				folder := strings.HasSuffix(name, `\`)
				if folder == (i < len(parts)-2) && fits(part, strings.TrimSuffix(name, `\`)) {
					next = append(next, path+`\`+strings.TrimSuffix(name, `\`))
				}
			}
		}
		paths = next
	}
	return slices.DeleteFunc(paths, func(path string) bool {
		f, err := p.host.Open(path)
		if err == nil {
			f.Close()
		}
		return errors.Is(err, fs.ErrNotExist)
	}), fs.ErrNotExist
}

// fits reports whether a name fits a pattern with one *, without regard to case.
func fits(pattern, name string) bool {
	before, after, _ := strings.Cut(strings.ToLower(pattern), "*")
	name = strings.ToLower(name)
	return len(name) >= len(before)+len(after) && strings.HasPrefix(name, before) && strings.HasSuffix(name, after)
}

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

// localPath is a path that may be put into a command: on a drive, without characters that no path has.
var localPath = regexp.MustCompile(`^[A-Za-z]:\\[^"*?<>|\x00-\x1f]+$`)

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

// physicalPath finds the folders that IIS serves from. The script form looks for the same.
var physicalPath = regexp.MustCompile(`\bphysicalPath\s*=\s*"([^"<>]+)"`)

// maxSites bounds the folders whose web.config is looked for.
const maxSites = 2000

// sites returns the folders that IIS serves from, and those directly in one that have a web.config of their own.
func (p *planner) sites() finding {
	roots := []string{p.folder(SystemDrive + `\inetpub\wwwroot`)}
	text, err := p.read(p.configuration())
	if errors.Is(err, fs.ErrNotExist) {
		return finding{status: evidence.Absent, note: "IIS is not installed: there is no applicationHost.config"}
	}
	for _, m := range physicalPath.FindAllStringSubmatch(text, -1) {
		path := p.expand(strings.ReplaceAll(m[1], "&amp;", "&"))
		if localPath.MatchString(path) {
			roots = append(roots, strings.TrimRight(path, `\`))
		}
	}
	var folders []string
	for _, root := range roots {
		folders = append(folders, root)
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
	}
	slices.SortFunc(folders, func(a, b string) int {
		return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
	})
	folders = slices.CompactFunc(folders, strings.EqualFold)
	return finding{values: folders[:min(len(folders), maxSites)]}
}

// expand replaces the variables of the system that IIS writes into paths.
func (p *planner) expand(path string) string {
	for _, v := range []struct{ name, folder string }{{"%SystemDrive%", SystemDrive}, {"%SystemRoot%", SystemRoot}, {"%windir%", SystemRoot}, {"%ProgramFiles%", ProgramFiles}} {
		if len(path) >= len(v.name) && strings.EqualFold(path[:len(v.name)], v.name) {
			return p.host.Folder(v.folder) + path[len(v.name):]
		}
	}
	return path
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

// add gives a Task its path. mark tells it from others of the same Source.
func (p *planner) add(t Task, mark string) {
	t.Path = itemPath(t.Collector.Name, t.Source.Item, mark)
	for n := 2; p.taken[t.Path]; n++ { // two marks that look alike and have the same digest: not in this universe
		t.Path = itemPath(t.Collector.Name, t.Source.Item, fmt.Sprintf("%s %d", mark, n))
	}
	p.taken[t.Path] = true
	p.tasks = append(p.tasks, t)
}

// maxPath is how long the path of an Item may be.
const maxPath = 60

var (
	foldable = regexp.MustCompile(`[^a-z0-9]+`)
	readable = regexp.MustCompile(`^[A-Za-z0-9\\:]+$`)
)

// itemPath returns data/items/iis/web-c-inetpub-wwwroot.config: the mark stands before the ending. Where it had to be
// cut, or would look like another one, eight digits of its SHA-256 follow.
func itemPath(collector, item, mark string) string {
	folder := "data/items/" + collector + "/"
	if mark == "" {
		return folder + item
	}
	dot := strings.LastIndexByte(item, '.')
	stem, ending := item[:dot]+"-", item[dot:]
	tag := strings.Trim(foldable.ReplaceAllString(strings.ToLower(mark), "-"), "-")
	room := maxPath - len(folder) - len(stem) - len(ending)
	if len(tag) > room || !readable.MatchString(mark) {
		digest := evidence.DigestOf([]byte(strings.ToLower(mark))).String()[:8]
		if keep := room - len(digest) - 1; len(tag) > keep {
			tag = strings.Trim(tag[len(tag)-keep:], "-")
		}
		tag += "-" + digest
	}
	return folder + stem + tag + ending
}
