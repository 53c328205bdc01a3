package snapshot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/bag"
)

// The files of a folder that the PowerShell form of the capture wrote, besides its Items.
const (
	ScriptRecord   = "auditpack-script.json"
	scriptManifest = "manifest-sha256.txt"
	ScriptVersion  = "auditpack.script/1" // of the record
)

// ScriptForm is the type of the record, for its schema.
func ScriptForm() reflect.Type { return reflect.TypeFor[scriptRecord]() }

// scriptRecord is auditpack-script.json: what the script says of each Item.
type scriptRecord struct {
	Version  string       `json:"version"`
	Tool     string       `json:"tool"`
	Host     string       `json:"host"`
	Operator string       `json:"operator"`
	Elevated bool         `json:"elevated"`
	CodePage int          `json:"code_page"`      // of the console
	ANSIPage int          `json:"ansi_code_page"` // of the system
	Language string       `json:"ui_language"`
	Started  time.Time    `json:"started"`
	Items    []scriptItem `json:"items"`
}

type scriptItem struct {
	Path      string              `json:"path"` // below the folder, and below data/items of a snapshot
	Name      string              `json:"name"`
	Collector string              `json:"collector"`
	Format    string              `json:"format"`
	Status    evidence.Status     `json:"status"`
	Note      string              `json:"note"`
	Command   []string            `json:"command"`
	ExitCode  *int                `json:"exit_code"`
	Taken     time.Time           `json:"taken"`
	Duration  int64               `json:"duration_ms"`
	Stderr    string              `json:"stderr"`
	Console   bool                `json:"console"` // written in the code page of the console,
	ANSI      bool                `json:"ansi"`    // of the system
	Withheld  []evidence.Withheld `json:"withheld"`
	Missing   string              `json:"missing"` // a registry key that is not there, or a value: HKLM\… or HKLM\…!NAME
}

// IsScript reports whether a folder was written by the PowerShell form of the capture.
func IsScript(dir string) bool {
	at, err := os.Lstat(filepath.Join(dir, ScriptRecord))
	return err == nil && at.Mode().IsRegular()
}

// ImportScript makes a snapshot of a folder that the PowerShell form of the capture wrote. Every file must be the one that
// the script's manifest lists, none may be missing or added: what differs is in the error, and nothing is written. The Items
// have the origin script; host, operator, times and commands are what the script recorded.
func ImportScript(ctx context.Context, dir string, o ImportOptions) (ImportReport, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return ImportReport{}, fmt.Errorf("%s: %w", dir, cause(err))
	}
	defer root.Close()
	files, err := checkScript(ctx, root)
	if err != nil {
		return ImportReport{}, fmt.Errorf("%s: %w", dir, err)
	}
	rec, err := readScriptRecord(root)
	if err == nil {
		err = compareScript(rec, files)
	}
	if err != nil {
		return ImportReport{}, fmt.Errorf("%s: %w", dir, err)
	}
	w, err := Create(o.Dest, Header{Host: rec.Host, Operator: rec.Operator, Tool: join(o.Tool, "captured by the script of "+rec.Tool), Previous: o.Previous, Imported: o.At.UTC()}, bag.Options{Replace: o.Replace})
	if err != nil {
		return ImportReport{}, err
	}
	defer w.Abort()
	var report ImportReport
	for i, item := range rec.Items {
		if err := ctx.Err(); err != nil {
			return ImportReport{}, err
		}
		evidence.Tell(ctx, evidence.Step{Doing: "taking in", Name: item.Path, Done: int64(i), Of: int64(len(rec.Items))})
		put, err := takeScriptItem(w, root, rec, item, files, o)
		if err != nil {
			return ImportReport{}, err
		}
		report.Items = append(report.Items, put)
	}
	report.Digest, err = w.Commit(ctx)
	return report, err
}

// checkScript compares the folder with the script's manifest and returns the digests of its files by path.
func checkScript(ctx context.Context, root *os.Root) (map[string]evidence.Digest, error) {
	text, err := readBounded(root, scriptManifest)
	if err != nil {
		return nil, err
	}
	listed := map[string]evidence.Digest{}
	var order, faults []string
	for n, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		hex, path, ok := strings.Cut(strings.TrimSuffix(line, "\r"), "  ")
		digest, err := evidence.ParseDigest(hex)
		if _, twice := listed[path]; !ok || err != nil || twice || !fs.ValidPath(path) {
			return nil, fmt.Errorf("%s: line %d is no digest and path, or lists a path twice", scriptManifest, n+1)
		}
		listed[path] = digest
		order = append(order, path)
	}
	for i, path := range order {
		evidence.Tell(ctx, evidence.Step{Doing: "hashing", Name: path, Done: int64(i), Of: int64(len(order))})
		digest, err := digestFile(ctx, root, path)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, fs.ErrNotExist):
			faults = append(faults, path+" is missing")
		case err != nil:
			faults = append(faults, fmt.Sprintf("%s cannot be read: %v", path, cause(err)))
		case digest != listed[path]:
			faults = append(faults, path+" was changed")
		}
	}
	err = fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if _, ok := listed[path]; !d.IsDir() && !ok && path != scriptManifest {
			faults = append(faults, path+" was added")
		}
		return nil
	})
	if err != nil {
		return nil, cause(err)
	}
	if len(faults) > 0 {
		return nil, &ScriptError{faults}
	}
	return listed, nil
}

// ScriptError says what of a folder is not as the script left it.
type ScriptError struct{ Faults []string }

func (e *ScriptError) Error() string {
	shown := slices.Clone(e.Faults[:min(len(e.Faults), 10)])
	if more := len(e.Faults) - len(shown); more > 0 {
		shown = append(shown, fmt.Sprintf("and %d more", more))
	}
	return "is not as the script left it: " + strings.Join(shown, "; ")
}

func readScriptRecord(root *os.Root) (scriptRecord, error) {
	var rec scriptRecord
	text, err := readBounded(root, ScriptRecord)
	if err != nil {
		return rec, err
	}
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))))
	d.DisallowUnknownFields()
	if err := d.Decode(&rec); err != nil {
		return rec, fmt.Errorf("%s: %w", ScriptRecord, plain(err))
	}
	if rec.Version != ScriptVersion {
		return rec, fmt.Errorf("%s: version %q, want %q", ScriptRecord, rec.Version, ScriptVersion)
	}
	if len(rec.Items) > maxItems {
		return rec, fmt.Errorf("%s: %d items, the limit is %d", ScriptRecord, len(rec.Items), maxItems)
	}
	return rec, nil
}

// compareScript holds that the record and the files are about each other.
func compareScript(rec scriptRecord, files map[string]evidence.Digest) error {
	var faults []string
	of := map[string]bool{ScriptRecord: true}
	for _, item := range rec.Items {
		of[item.Path] = true
		if _, ok := files[item.Path]; !ok && item.Status == evidence.Captured {
			faults = append(faults, item.Path+" is recorded as captured, and has no file")
		}
	}
	for path := range files {
		if !of[path] {
			faults = append(faults, path+" has no item in "+ScriptRecord)
		}
	}
	if _, ok := files[ScriptRecord]; !ok {
		faults = append(faults, ScriptRecord+" is not in the manifest")
	}
	if len(faults) > 0 {
		slices.Sort(faults)
		return &ScriptError{faults}
	}
	return nil
}

// takeScriptItem puts one Item of the script.
func takeScriptItem(w *Writer, root *os.Root, rec scriptRecord, from scriptItem, files map[string]evidence.Digest, o ImportOptions) (evidence.Item, error) {
	item := evidence.Item{
		Path: itemsPrefix + from.Path, Name: from.Name, Source: filepath.Base(root.Name()), Collector: from.Collector, Format: from.Format,
		Status: from.Status, Origin: evidence.OriginScript, Host: rec.Host, By: rec.Operator, Taken: from.Taken.UTC().Truncate(time.Second),
		Command: from.Command, ExitCode: from.ExitCode, Duration: max(from.Duration, 0), Stderr: validText(from.Stderr), Language: rec.Language,
		Withheld: from.Withheld, Note: from.Note,
	}
	if note := evidence.WithheldNote(from.Withheld); note != "" {
		item.Note = join(item.Note, note)
	}
	if key, name, isValue := strings.Cut(from.Missing, "!"); isValue {
		item.Missing = evidence.RegistryValue(key, name)
	} else if key != "" {
		item.Missing = evidence.RegistryKey(key)
	}
	if from.Console {
		item.CodePage = rec.CodePage
	}
	if from.ANSI {
		item.CodePage = rec.ANSIPage
	}
	if len(item.Command) == 0 {
		item.Command = nil
	}
	if len(item.Withheld) == 0 {
		item.Withheld = nil
	}
	digest, ok := files[from.Path]
	if !ok {
		return w.Put(item, nil)
	}
	f, err := root.Open(filepath.FromSlash(from.Path))
	if err != nil {
		return item, fmt.Errorf("%s: %w", from.Path, cause(err))
	}
	defer f.Close()
	head := make([]byte, headSize)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return item, fmt.Errorf("%s: %w", from.Path, cause(err))
	}
	if o.Recognise != nil && item.Status == evidence.Captured {
		if _, format, refused := o.Recognise(item.Name, head[:n]); format != "" && (refused == "" || item.Format != "") {
			item.Format, item.Refused = format, refused
		} else if item.Format != "" {
			item.Refused = "not in the form that was expected: " + item.Format
		}
	}
	put, err := w.Put(item, io.MultiReader(bytes.NewReader(head[:n]), f))
	if err == nil && put.Digest != digest {
		err = fmt.Errorf("%s: changed while it was read", from.Path)
	}
	return put, err
}

func readBounded(root *os.Root, name string) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxRecord+1))
	if err == nil && len(text) > maxRecord {
		err = fmt.Errorf("longer than %d bytes", maxRecord)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	return text, nil
}

func digestFile(ctx context.Context, root *os.Root, path string) (evidence.Digest, error) {
	at, err := root.Lstat(filepath.FromSlash(path))
	if err != nil {
		return evidence.Digest{}, err
	}
	if !at.Mode().IsRegular() {
		return evidence.Digest{}, errors.New("is no file")
	}
	f, err := root.Open(filepath.FromSlash(path))
	if err != nil {
		return evidence.Digest{}, err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, &boundedReader{ctx: ctx, r: f, left: 1 << 40, total: new(int64), max: 1 << 40})
	return sum(h), err
}
