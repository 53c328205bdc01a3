package bag

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"auditpack/evidence"
)

// verification is a bag while it is looked at.
type verification struct {
	source source
	limits Limits
	faults faults
	files  map[string]*File
	paths  []string // of files, sorted
	// hollow is a bag whose payload was withheld as a whole; withheld is what its manifest lists then.
	hollow   bool
	withheld []File
	gone     int // how many files of the payload are missing, where all of them are
}

// verify looks at everything in s and returns it as a Bag if nothing is wrong.
func verify(ctx context.Context, name string, s source, l Limits) (*Bag, error) {
	return verifyAs(ctx, name, s, l, false)
}

// verifyAs is verify, also for a hollow bag.
func verifyAs(ctx context.Context, name string, s source, l Limits, hollow bool) (*Bag, error) {
	v := &verification{source: s, limits: l, files: map[string]*File{}, hollow: hollow}
	if err := v.gather(s.list(l, &v.faults)); err != nil {
		return nil, &InvalidError{Path: name, Faults: []Fault{*err}}
	}
	if _, ok := v.files[declarationName]; !ok {
		for _, f := range v.faults {
			if f.Path == "" || f.Kind == Unreadable { // it may be there and could not be seen
				return nil, v.faults.err(name)
			}
		}
		return nil, &InvalidError{Path: name, Faults: []Fault{{Kind: NoBag, Message: "not a bag: there is no bagit.txt"}}}
	}
	tags := map[string][]byte{}
	for _, path := range []string{declarationName, infoName, manifestName, TagManifestName} {
		if text, ok := v.read(path); ok {
			tags[path] = text
		}
	}
	if declared, ok := tags[declarationName]; ok && string(declared) != declaration {
		v.faults.add(declarationName, BadForm, "does not declare BagIt 1.0 and UTF-8 in the form that is written")
	}
	listed := v.compare(tags)
	info := parseInfo(tags[infoName], &v.faults)
	if err := v.hash(ctx, listed); err != nil {
		return nil, err
	}
	v.count(info)
	if err := v.faults.err(name); err != nil {
		return nil, err
	}
	b := &Bag{path: name, limits: l, source: s, info: info, withheld: v.withheld}
	for _, p := range v.paths {
		b.files = append(b.files, *v.files[p])
	}
	return b, nil
}

// gather takes the files that were found and reports names and sizes that a bag may not have. A bag that is too
// large as a whole is not looked at any further.
func (v *verification) gather(found []File) *Fault {
	slices.SortFunc(found, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	folded := map[string]string{} // folded path or folder with slash → as it is written
	var total int64
	for _, f := range found {
		if err := checkPath(f.Path); err != nil {
			v.faults.add(f.Path, BadName, "%v", err)
		}
		fold := strings.ToLower(f.Path)
		if other, ok := folded[fold]; ok {
			v.faults.add(f.Path, Twin, "the same name as %q when case is folded", shorten(other))
		}
		folded[fold] = f.Path
		for i := range len(fold) {
			if fold[i] != '/' {
				continue
			}
			if other, ok := folded[fold[:i]]; ok {
				v.faults.add(f.Path, Twin, "%q is a file and a folder", shorten(other))
			}
			dir := f.Path[:i+1]
			if other, ok := folded[fold[:i+1]]; ok && other != dir {
				v.faults.add(f.Path, Twin, "the folder %q has the same name as %q when case is folded", shorten(dir), shorten(other))
			}
			folded[fold[:i+1]] = dir
		}
		if f.Size > v.limits.FileSize {
			v.faults.add(f.Path, OverLimit, "%d bytes, the limit for one file is %d", f.Size, v.limits.FileSize)
		}
		total += min(f.Size, v.limits.FileSize)
		v.files[f.Path] = &f
		v.paths = append(v.paths, f.Path)
	}
	if total > v.limits.Total {
		return &Fault{Kind: OverLimit, Message: fmt.Sprintf("%d bytes in all, the limit is %d", total, v.limits.Total)}
	}
	if len(found) > v.limits.Files {
		return &Fault{Kind: OverLimit, Message: fmt.Sprintf("more than %d files", v.limits.Files)}
	}
	return nil
}

// read returns the bytes of a tag file and sets its digest.
func (v *verification) read(path string) ([]byte, bool) {
	f, ok := v.files[path]
	if !ok {
		v.faults.add(path, MissingOne, "is missing: every bag has one")
		return nil, false
	}
	if f.Size > v.limits.TagSize {
		v.faults.add(path, OverLimit, "%d bytes, the limit for a tag file is %d", f.Size, v.limits.TagSize)
		return nil, false
	}
	r, err := v.source.open(path)
	if err != nil {
		v.faults.add(path, Unreadable, "cannot be read: %v", cause(err))
		return nil, false
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, f.Size+1))
	if err != nil && err != errChecksum {
		v.faults.add(path, Unreadable, "cannot be read: %v", cause(err))
		return nil, false
	}
	if int64(len(text)) != f.Size {
		v.faults.add(path, Altered, "has not the %d bytes that are stated for it", f.Size)
		return nil, false
	}
	digest := evidence.DigestOf(text)
	if !f.Digest.IsZero() && f.Digest != digest {
		v.faults.add(path, Altered, "changed since the bag around it was verified")
		return nil, false
	}
	f.Digest = digest
	return text, true
}

// compare parses both manifests and compares them with what is there, in both directions. It returns what is listed.
func (v *verification) compare(tags map[string][]byte) map[string]evidence.Digest {
	reported := map[string]bool{} // a link is there, though no file, and is not also missing
	for _, f := range v.faults {
		reported[f.Path] = true
	}
	none := !slices.ContainsFunc(v.paths, func(p string) bool { return strings.HasPrefix(p, payloadPrefix) })
	listed := map[string]evidence.Digest{}
	for _, m := range []struct {
		name string
		owns func(path string) bool
	}{
		{manifestName, func(p string) bool { return strings.HasPrefix(p, payloadPrefix) }},
		{TagManifestName, tagFile},
	} {
		text, ok := tags[m.name]
		for _, f := range parseManifest(m.name, text, &v.faults) {
			if !m.owns(f.Path) {
				v.faults.add(m.name, BadForm, "lists %q, which does not belong there", f.Path)
				continue
			}
			if v.hollow && m.name == manifestName {
				v.withheld = append(v.withheld, f)
				continue
			}
			listed[f.Path] = f.Digest
			if none && m.name == manifestName {
				v.gone++ // count says it of all of them
				continue
			}
			if _, there := v.files[f.Path]; !there && !reported[f.Path] {
				v.faults.add(f.Path, MissingOne, "is missing: %s lists it", m.name)
			}
		}
		for _, p := range v.paths {
			if v.hollow && m.name == manifestName && m.owns(p) {
				v.faults.add(p, NotListed, "is there, although the payload is said to be withheld as a whole")
				continue
			}
			if _, found := listed[p]; ok && !found && m.owns(p) {
				v.faults.add(p, NotListed, "is not in %s", m.name)
			}
		}
	}
	for _, p := range v.paths {
		if strings.HasPrefix(p, sealPrefix) && !sealed(p) {
			v.faults.add(p, NotListed, "is not one of the names that seal/ may hold")
		}
	}
	return listed
}

// hash reads every file that is listed or a seal and compares its digest. Larger ones go first, so that no worker is
// left alone with one at the end.
func (v *verification) hash(ctx context.Context, listed map[string]evidence.Digest) error {
	var work []*File
	for _, p := range v.paths {
		f := v.files[p]
		_, ok := listed[p]
		if (ok || sealed(p)) && f.Digest.IsZero() && f.Size <= v.limits.FileSize {
			work = append(work, f)
		}
	}
	slices.SortStableFunc(work, func(a, b *File) int { return cmp.Compare(b.Size, a.Size) })
	var mu sync.Mutex
	var done atomic.Int64
	total := int64(0)
	for _, f := range work {
		total += f.Size
	}
	err := each(ctx, runtime.GOMAXPROCS(0), work, func(f *File) error {
		found := v.hashFile(ctx, f, func(n int) {
			evidence.Tell(ctx, evidence.Step{Doing: "hashing", Name: f.Path, Done: done.Add(int64(n)), Of: total, Bytes: true})
		})
		mu.Lock()
		defer mu.Unlock()
		v.faults = append(v.faults, found...)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	for _, p := range v.paths {
		f := v.files[p]
		if want, ok := listed[p]; ok && !f.Digest.IsZero() && f.Digest != want {
			v.faults.add(p, Altered, "its SHA-256 is %s, the manifest says %s", f.Digest, want)
		}
	}
	return nil
}

// buffers are large enough that the system call costs nothing beside the hash.
var buffers = sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 512<<10)) }}

// hashFile sets the digest of f, or leaves it zero and reports why; read is told how many bytes were read.
func (v *verification) hashFile(ctx context.Context, f *File, read func(n int)) (found faults) {
	r, err := v.source.open(f.Path)
	if err != nil {
		found.add(f.Path, Unreadable, "cannot be read: %v", cause(err))
		return found
	}
	defer r.Close()
	h := sha256.New()
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	var size int64
	for err == nil && size <= f.Size && ctx.Err() == nil {
		var n int
		n, err = r.Read(buffer.Bytes())
		h.Write(buffer.Bytes()[:n])
		size += int64(n)
		read(n)
	}
	switch {
	case ctx.Err() != nil:
	case size != f.Size && (err == nil || err == io.EOF):
		found.add(f.Path, Altered, "has not the %d bytes that are stated for it", f.Size)
	case err == errChecksum:
		found.add(f.Path, BadZip, "%v", err)
		f.Digest = evidence.Digest(h.Sum(nil))
	case err != io.EOF:
		found.add(f.Path, Unreadable, "cannot be read: %v", cause(err))
	default:
		f.Digest = evidence.Digest(h.Sum(nil))
	}
	return found
}

// count compares Payload-Oxum with the payload that is there, or of one that is withheld with how many files it has.
func (v *verification) count(info []InfoLine) {
	if v.hollow {
		v.countWithheld(info)
		return
	}
	var payload []File
	for _, p := range v.paths {
		if strings.HasPrefix(p, payloadPrefix) {
			payload = append(payload, *v.files[p])
		}
	}
	if len(payload) == 0 && v.gone > 0 {
		v.faults.add("", MissingOne, "none of the %d files of the payload is there: they were withheld (pack --without-evidence) or lost, and only the whole one has them", v.gone)
		return
	}
	if len(payload) == 0 {
		v.faults.add("", MissingOne, "there is no payload")
	}
	if _, ok := v.files[infoName]; !ok {
		return
	}
	var stated []string
	for _, l := range info {
		if l.Key == oxumKey {
			stated = append(stated, l.Value)
		}
	}
	if want := oxum(payload); len(stated) != 1 || stated[0] != want {
		v.faults.add(infoName, Miscounted, "%s is %s, the payload has %s (bytes.files)", oxumKey, strings.Join(stated, " and "), want)
	}
}

func (v *verification) countWithheld(info []InfoLine) {
	if len(v.withheld) == 0 {
		v.faults.add(manifestName, MissingOne, "lists no payload: there is nothing that could be withheld")
	}
	var stated []string
	for _, l := range info {
		if l.Key == oxumKey {
			_, files, _ := strings.Cut(l.Value, ".")
			stated = append(stated, files)
		}
	}
	if _, ok := v.files[infoName]; ok && (len(stated) != 1 || stated[0] != strconv.Itoa(len(v.withheld))) {
		v.faults.add(infoName, Miscounted, "%s speaks of %s files, the manifest lists %d", oxumKey, strings.Join(stated, " and "), len(v.withheld))
	}
}
