package pack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/answers"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
	"auditpack/render"
)

// The folders in which the inputs lie.
const (
	inputsFolder     = "data/inputs/"
	guideFolder      = inputsFolder + "guide/"
	checklistsFolder = evidence.ChecklistsFolder
	benchmarksFolder = inputsFolder + "benchmarks/"
	earlierFolder    = inputsFolder + "earlier/" // benchmarks that were used before
	cciFolder        = inputsFolder + "cci/"
	snapshotsFolder  = "data/snapshots/"

	questionnairesFolder = inputsFolder + "questionnaires/"
	formsFolder          = inputsFolder + "forms/"
	mapsFolder           = inputsFolder + "maps/" // of the forms, in their order
)

// maxInputs is how much a replay reads into memory of all inputs but the snapshots together, in bytes.
const maxInputs = 1 << 30

// NamedFile is an input with the name that it was handed in by, which some outputs show.
type NamedFile struct {
	Path string `json:"path"` // in the package
	Name string `json:"name"`
}

// kept is an input with its place in the package.
type kept struct {
	NamedFile
	data []byte
}

// files returns the inputs that were handed in by name, in their order.
func (in Inputs) files() []kept {
	var all []kept
	add := func(folder string, files ...File) {
		for i, f := range files {
			all = append(all, kept{NamedFile{folder + inputName(i, f.Name), f.Name}, f.Data})
		}
	}
	add(checklistsFolder, in.Carry...)
	if in.CCI != nil {
		add(cciFolder, *in.CCI)
	}
	add(benchmarksFolder, in.Benchmarks...)
	add(earlierFolder, in.Earlier...)
	add(questionnairesFolder, in.Questionnaires...)
	for _, kind := range []struct {
		folder string
		of     func(FormToFill) File
	}{{formsFolder, func(f FormToFill) File { return f.Form }}, {mapsFolder, func(f FormToFill) File { return f.Map }}} {
		var files []File
		for _, f := range in.Forms {
			files = append(files, kind.of(f))
		}
		add(kind.folder, files...)
	}
	return all
}

// named returns the names of files, for pack.json.
func named(files []kept) []NamedFile {
	var list []NamedFile
	for _, f := range files {
		list = append(list, f.NamedFile)
	}
	return list
}

// readInputs returns what a package was made from, and the paths in it that were used. The snapshots live as long as b.
func readInputs(ctx context.Context, b *bag.Bag, o Options) (in Inputs, used map[string]bool, err error) {
	in = Inputs{Tool: o.Tool, AsOf: o.AsOf, Demo: o.Demo, By: o.By, Signer: o.Signer, CKLBStrict: o.CKLBStrict, Guide: b.FS(guideFolder)}
	used = map[string]bool{optionsPath: true}
	if in.Depth, err = render.ParseDepth(string(o.Depth)); err != nil {
		return in, used, err
	}
	if in.Paper, err = render.ParsePaper(string(o.Paper)); err != nil {
		return in, used, err
	}
	left := int64(maxInputs)
	read := func(path, below string) ([]byte, error) {
		if !strings.HasPrefix(path, below) {
			return nil, fmt.Errorf("%s: does not lie below %s", path, below)
		}
		used[path] = true
		data, err := b.ReadFile(path, left)
		left -= int64(len(data))
		return data, err
	}
	if _, ok := b.File(evidence.AnswersPath); ok {
		if in.Answers, err = read(evidence.AnswersPath, inputsFolder); err != nil {
			return in, used, err
		}
	}
	for _, a := range o.Attachments {
		data, err := read(a.Path, inputsFolder+"attachments/")
		if err != nil {
			return in, used, err
		}
		in.Attachments = append(in.Attachments, answers.File{Name: a.Name, Data: data})
	}
	var maps []File
	for _, f := range o.Files {
		data, err := read(f.Path, inputsFolder)
		if err != nil {
			return in, used, err
		}
		file := File{Name: f.Name, Data: data}
		if strings.HasPrefix(f.Path, mapsFolder) {
			maps = append(maps, file)
		} else if !in.take(f.Path, file) {
			return in, used, fmt.Errorf("%s: nothing is known of such an input", f.Path)
		}
	}
	if len(maps) != len(in.Forms) {
		return in, used, fmt.Errorf("%d maps for %d forms", len(maps), len(in.Forms))
	}
	for i := range maps {
		in.Forms[i].Map = maps[i]
	}
	err = fs.WalkDir(in.Guide, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			used[guideFolder+name] = true
		}
		return err
	})
	if err != nil {
		return in, used, fmt.Errorf("guide: %w", err)
	}
	in.Hosts, err = readHosts(ctx, b, o)
	return in, used, err
}

// take puts a file of a package to the inputs of its kind, which its folder tells, and reports whether there is such a kind.
func (in *Inputs) take(path string, file File) bool {
	switch {
	case strings.HasPrefix(path, checklistsFolder):
		in.Carry = append(in.Carry, file)
	case strings.HasPrefix(path, benchmarksFolder):
		in.Benchmarks = append(in.Benchmarks, file)
	case strings.HasPrefix(path, earlierFolder):
		in.Earlier = append(in.Earlier, file)
	case strings.HasPrefix(path, questionnairesFolder):
		in.Questionnaires = append(in.Questionnaires, file)
	case strings.HasPrefix(path, formsFolder):
		in.Forms = append(in.Forms, FormToFill{Form: file})
	case strings.HasPrefix(path, cciFolder) && in.CCI == nil:
		in.CCI = &file
	default:
		return false
	}
	return true
}

// BenchmarksOf returns the files of benchmarks that a package was made with, as they were handed in.
func BenchmarksOf(b *bag.Bag) ([]File, error) {
	o, err := readOptions(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", optionsPath, err)
	}
	var files []File
	left := int64(maxInputs)
	for _, f := range o.Files {
		if !strings.HasPrefix(f.Path, benchmarksFolder) {
			continue
		}
		data, err := b.ReadFile(f.Path, left)
		if err != nil {
			return nil, err
		}
		left -= int64(len(data))
		files = append(files, File{Name: f.Name, Data: data})
	}
	return files, nil
}

func readHosts(ctx context.Context, b *bag.Bag, o Options) ([]Host, error) {
	if len(o.Hosts) == 0 {
		return nil, errors.New("pack.json names no hosts")
	}
	open := func(folder string) (*snapshot.Snapshot, error) {
		sub, err := b.Sub(ctx, folder)
		if err != nil {
			return nil, err
		}
		return snapshot.FromBag(sub)
	}
	var hosts []Host
	for _, folder := range o.Hosts {
		if !strings.HasPrefix(folder, snapshotsFolder) {
			return nil, fmt.Errorf("%s: no snapshots lie there", folder)
		}
		var h Host
		var err error
		if h.After, err = open(folder + "/after"); err != nil {
			return nil, err
		}
		if _, ok := b.File(folder + "/before/bagit.txt"); ok {
			if h.Before, err = open(folder + "/before"); err != nil {
				return nil, err
			}
		}
		hosts = append(hosts, h)
	}
	return hosts, nil
}
