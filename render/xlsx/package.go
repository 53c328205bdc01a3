package xlsx

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// opc is a package that may be another program's work (ECMA-376 part 2), read as far as its signatures need it.
type opc struct {
	parts      map[string]*zip.File // by name in lower case
	names      []string             // in the order of the zip, folders left out
	media      mediaTypes
	signatures []string // parts that hold signatures, as the relationships lead to them
	signing    []string // all parts that belong to signatures
	faults     []string
	purse      *effort
}

// openPackage reads the content types and finds the signatures.
func openPackage(in *zip.Reader, purse *effort) (*opc, error) {
	p := &opc{parts: map[string]*zip.File{}, purse: purse}
	if len(in.File) > maxEntries {
		return nil, fmt.Errorf("the zip has %d entries, too many for a workbook", len(in.File))
	}
	total := uint64(0)
	for _, f := range in.File {
		if strings.HasSuffix(f.Name, "/") && f.UncompressedSize64 == 0 {
			continue
		}
		if total += f.UncompressedSize64; f.UncompressedSize64 > maxUnpacked || total > maxUnpacked {
			return nil, errors.New("the zip unpacks to more than a workbook may have")
		}
		folded := strings.ToLower(f.Name)
		if p.parts[folded] != nil {
			p.faults = append(p.faults, fmt.Sprintf("%q: there are two parts of that name", f.Name))
			continue
		}
		p.parts[folded], p.names = f, append(p.names, f.Name)
	}
	text, err := p.text(contentTypes)
	if err != nil {
		return nil, fmt.Errorf("the file is no workbook: %w", err)
	}
	if p.media, err = parseMediaTypes(text, purse); err != nil {
		return nil, err
	}
	return p, p.find()
}

// find follows the relationships from the package to the origin and on to the signatures (ECMA-376 part 2, 10.4).
func (p *opc) find() error {
	root, err := p.relationships(rootRelationships)
	if err != nil {
		return err
	}
	for _, r := range root {
		if r.kind != originRelationship {
			continue
		}
		if len(p.signing) > 0 {
			p.faults = append(p.faults, "two relationships of the package lead to signatures")
			break
		}
		origin := resolve("", r.target)
		rels := path.Join(path.Dir(origin), "_rels", path.Base(origin)+".rels")
		p.signing = append(p.signing, origin, rels)
		list, err := p.relationships(rels)
		if err != nil {
			return err
		}
		for _, r := range list {
			if r.kind != signatureRelationship {
				p.faults = append(p.faults, fmt.Sprintf("%.40q of %.200q: a relationship that leads to no signature", r.id, rels))
			} else if len(p.signatures) < maxSignatures {
				p.signatures = append(p.signatures, resolve(path.Dir(origin), r.target))
			}
		}
	}
	p.signing = append(p.signing, p.signatures...)
	for name, kind := range p.media.overrides {
		if kind == signatureType && !slices.ContainsFunc(p.signatures, func(s string) bool { return strings.EqualFold("/"+s, name) }) {
			p.faults = append(p.faults, "a signature is announced in "+contentTypes+", but no relationship leads to it")
			break
		}
	}
	return nil
}

// maxSignatures is how many signatures are looked at.
const maxSignatures = 32

// resolve returns the name of the part that a target means, seen from a folder.
func resolve(folder, target string) string {
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return strings.TrimPrefix(path.Clean("/"+folder+"/"+target), "/")
}

// part returns a part that is there.
func (p *opc) part(name string) (*zip.File, error) {
	f := p.parts[strings.ToLower(name)]
	if f == nil {
		return nil, fmt.Errorf("%.200q: there is no such part", name)
	}
	return f, nil
}

func (p *opc) text(name string) ([]byte, error) {
	f, err := p.part(name)
	if err != nil {
		return nil, err
	}
	if err := p.spend(f); err != nil {
		return nil, err
	}
	return readText(f)
}

// spend pays for unpacking a part; archive/zip never gives more than the size that it states.
func (p *opc) spend(f *zip.File) error {
	if f.UncompressedSize64 > maxUnpacked {
		return errEffort
	}
	return p.purse.spend(int64(f.UncompressedSize64), 0, 0)
}

// relationships returns those of a .rels part, none if there is no such part.
func (p *opc) relationships(name string) ([]relationship, error) {
	if p.parts[strings.ToLower(name)] == nil {
		return nil, nil
	}
	text, err := p.text(name)
	if err != nil {
		return nil, err
	}
	return parseRelationships(name, text, p.purse)
}

// copy writes the bytes of a part.
func (p *opc) copy(to io.Writer, name string) error {
	f, err := p.part(name)
	if err != nil {
		return err
	}
	if err := p.spend(f); err != nil {
		return err
	}
	r, err := f.Open()
	if err != nil {
		return fmt.Errorf("%q: %w", f.Name, err)
	}
	defer r.Close()
	if _, err = io.Copy(to, io.LimitReader(r, maxUnpacked)); err != nil {
		return fmt.Errorf("%q: %w", f.Name, err)
	}
	return nil
}
