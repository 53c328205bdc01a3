package collect

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"
)

// ReplayFile is the name of the file that describes a recorded host.
const ReplayFile = "host.json"

// Recording is host.json: what a recorded host answers.
type Recording struct {
	About
	// Folders are the paths of Folders; those of a usual installation are taken for the ones that are not named.
	Folders map[string]string `json:"folders,omitempty"`
	// Commands are the programs that the host has. A command that none of them fits does not exist.
	Commands []RecordedCommand `json:"commands"`
	// Files are the host's files by their full paths there, and where their bytes are beside host.json.
	Files map[string]string `json:"files"`
	// Denied are the beginnings of paths, and of registry keys, that may not be read.
	Denied []string `json:"denied,omitempty"`
	// Values are texts of the registry: KEY!NAME. Keys are the keys that exist besides.
	Values map[string]string `json:"values,omitempty"`
	Keys   []string          `json:"keys,omitempty"`
}

// RecordedCommand is what one command answered.
type RecordedCommand struct {
	// Run is the command as Source.Line writes it, with the base name of the program: reg.exe export HKLM\… {out} /y. A *
	// stands for any characters. The case of letters does not matter.
	Run    string `json:"run"`
	Stdout string `json:"stdout,omitempty"` // the file beside host.json whose bytes are printed
	Stderr string `json:"stderr,omitempty"` // likewise
	File   string `json:"file,omitempty"`   // the file that is written to OutFile
	Exit   int    `json:"exit,omitempty"`
	// Behaviour is what it does besides: "hangs" (never ends by itself), "denied" (may not be started), or "floods"
	// (prints Flood bytes).
	Behaviour string `json:"behaviour,omitempty"`
	Flood     int64  `json:"flood,omitempty"`
}

// Replay is a recorded host.
type Replay struct {
	dir fs.FS
	rec Recording
	// files and names by folded path
	files map[string]string
}

// OpenReplay reads host.json in dir.
func OpenReplay(dir fs.FS) (*Replay, error) {
	text, err := fs.ReadFile(dir, ReplayFile)
	if err != nil {
		return nil, fmt.Errorf("a recorded host: %w", err)
	}
	h := &Replay{dir: dir, files: map[string]string{}}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&h.rec); err != nil {
		return nil, fmt.Errorf("%s: %w", ReplayFile, err)
	}
	for path, at := range h.rec.Files {
		h.files[strings.ToLower(path)] = at
	}
	return h, nil
}

// usual are the folders of a usual installation.
var usual = map[string]string{
	System32: `C:\Windows\System32`, SystemRoot: `C:\Windows`, SystemDrive: `C:`,
	ProgramFiles: `C:\Program Files`, ProgramX86: `C:\Program Files (x86)`, ProgramData: `C:\ProgramData`,
}

// About returns what host.json says.
func (h *Replay) About(context.Context) (About, error) { return h.rec.About, nil }

// Folder returns the path of a folder.
func (h *Replay) Folder(name string) string { return cmp.Or(h.rec.Folders[name], usual[name]) }

// Run answers as recorded.
func (h *Replay) Run(ctx context.Context, c Command, stdout, stderr io.Writer) (Ran, error) {
	r, ok := h.find(c)
	ran := Ran{Argv: append([]string{c.Program}, c.Args...), ExitCode: r.Exit}
	if !ok {
		return ran, fmt.Errorf("%s: %w", c.Program, fs.ErrNotExist)
	}
	for _, out := range []struct {
		file string
		to   io.Writer
	}{{r.Stdout, stdout}, {r.Stderr, stderr}} {
		if err := h.print(out.file, out.to); err != nil {
			return ran, err
		}
	}
	switch r.Behaviour {
	case "hangs":
		<-ctx.Done()
		return ran, ctx.Err()
	case "denied":
		return ran, fmt.Errorf("%s: %w", c.Program, fs.ErrPermission)
	case "floods":
		_, err := io.Copy(stdout, io.LimitReader(flood{ctx}, r.Flood))
		return ran, err
	}
	if r.File != "" {
		f, err := h.dir.Open(r.File)
		ran.File = f
		return ran, err
	}
	return ran, ctx.Err()
}

func (h *Replay) print(file string, to io.Writer) error {
	if file == "" {
		return nil
	}
	f, err := h.dir.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(to, f)
	return err
}

// find returns the first recorded command that fits.
func (h *Replay) find(c Command) (RecordedCommand, bool) {
	s := Source{Program: c.Program[strings.LastIndexByte(c.Program, '\\')+1:], Args: c.Args}
	line := strings.ToLower(s.Line())
	for _, r := range h.rec.Commands {
		if like(strings.ToLower(r.Run), line) {
			return r, true
		}
	}
	return RecordedCommand{}, false
}

// like reports whether text fits a pattern in which * stands for any characters.
func like(pattern, text string) bool {
	begin, rest, any := strings.Cut(pattern, "*")
	text, ok := strings.CutPrefix(text, begin)
	for ok && any {
		begin, rest, any = strings.Cut(rest, "*")
		if !any {
			return strings.HasSuffix(text, begin)
		}
		_, text, ok = strings.Cut(text, begin)
	}
	return ok && text == ""
}

// flood is a reader that never ends.
type flood struct{ ctx context.Context }

func (f flood) Read(b []byte) (int, error) {
	const line = "  TCP    10.0.0.1:443          203.0.113.9:50123      ESTABLISHED     4\r\n"
	for i := range b {
		b[i] = line[i%len(line)]
	}
	return len(b), f.ctx.Err()
}

func (h *Replay) denied(path string) bool {
	return slices.ContainsFunc(h.rec.Denied, func(begin string) bool {
		return strings.HasPrefix(strings.ToLower(path), strings.ToLower(begin))
	})
}

// Open opens a recorded file.
func (h *Replay) Open(path string) (io.ReadCloser, error) {
	if h.denied(path) {
		return nil, fmt.Errorf("%s: %w", path, fs.ErrPermission)
	}
	at, ok := h.files[strings.ToLower(path)]
	if !ok {
		return nil, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
	}
	return h.dir.Open(at)
}

// Names lists a folder of recorded files.
func (h *Replay) Names(folder string) ([]string, error) {
	if h.denied(folder) {
		return nil, fmt.Errorf("%s: %w", folder, fs.ErrPermission)
	}
	var names []string
	prefix := strings.ToLower(strings.TrimRight(folder, `\`)) + `\`
	for path := range h.rec.Files {
		if !strings.HasPrefix(strings.ToLower(path), prefix) {
			continue
		}
		name, rest, below := strings.Cut(path[len(prefix):], `\`)
		if below && rest != "" {
			name += `\`
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: %w", folder, fs.ErrNotExist)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Value returns a recorded value.
func (h *Replay) Value(key, name string) (string, error) {
	if h.denied(key) {
		return "", fmt.Errorf("%s: %w", key, fs.ErrPermission)
	}
	for at, text := range h.rec.Values {
		if strings.EqualFold(at, key+"!"+name) {
			return text, nil
		}
	}
	return "", fmt.Errorf("%s: %w", key, fs.ErrNotExist)
}

// Subkeys returns what Keys, and the keys of Values, have directly below key.
func (h *Replay) Subkeys(key string) ([]string, error) {
	if h.denied(key) {
		return nil, fmt.Errorf("%s: %w", key, fs.ErrPermission)
	}
	var names []string
	exists := false
	for _, k := range h.rec.Keys {
		if strings.EqualFold(k, key) {
			exists = true
		}
		if rest := k[min(len(k), len(key)):]; strings.EqualFold(k[:len(k)-len(rest)], key) && strings.HasPrefix(rest, `\`) {
			exists = true
			name, _, _ := strings.Cut(rest[1:], `\`)
			names = append(names, name)
		}
	}
	if !exists {
		return nil, fmt.Errorf("%s: %w", key, fs.ErrNotExist)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Text returns ASCII as it is and every other byte as \xNN; valid UTF-8 stays.
func (h *Replay) Text(console []byte) string { return plainText(console) }

// plainText makes text of bytes in an unknown code page.
func plainText(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var out strings.Builder
	for _, c := range b {
		if c < utf8.RuneSelf {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, `\x%02x`, c)
		}
	}
	return out.String()
}
