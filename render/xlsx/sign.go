package xlsx

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"time"

	"auditpack/evidence/seal"
)

// SignOptions are what a signature states besides the signer.
type SignOptions struct {
	Time    time.Time // of signing, as the signer claims it; to the second, required
	Comment string    // shown by Excel as the purpose of signing; at most 255 characters
}

// Sign returns a workbook that [Write] made with a digital signature in it (ECMA-376 part 2, 10; XAdES-BES), that covers
// every part, every relationship and every byte of the container, as doc.go says. The same file, identity and options
// give the same bytes where the key is RSA or an ECDSA key at hand.
//
// Besides file and result, memory holds the relationships and the signature's XML, nothing of the sheets.
func Sign(ctx context.Context, file []byte, id *seal.Identity, o SignOptions) ([]byte, error) {
	s := statement{at: o.Time, comment: o.Comment, certificates: append([]*x509.Certificate{id.Certificate}, id.Chain...)}
	var err error
	if s.scheme, err = schemeOf(id.Certificate.PublicKey); err != nil {
		return nil, err
	}
	w, err := s.contain(ctx, file)
	if err != nil {
		return nil, err
	}
	s.length, s.container = int64(w.out.Len()), sha256.Sum256(w.out.Bytes())
	xml, err := s.write()
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	digest := sha256.Sum256(xml.signed())
	value, err := signValue(id.Signer, digest[:])
	if err != nil {
		return nil, fmt.Errorf("sign the workbook: %w", err)
	}
	if !verifyValue(id.Certificate.PublicKey, s.scheme.hash, digest[:], value) {
		return nil, errors.New("sign the workbook: the key and the certificate do not match")
	}
	if err := w.addText(signaturePart, xml.part(value)); err != nil {
		return nil, err
	}
	return w.finish(), nil
}

// contain writes the container up to the signature part and notes what its manifest says.
func (s *statement) contain(ctx context.Context, file []byte) (*containerWriter, error) {
	in, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, fmt.Errorf("the workbook: %w", err)
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int { return byPart(a.Name, b.Name) })
	if len(in.File) == 0 || in.File[0].Name != contentTypes {
		return nil, errors.New("the workbook: it has no " + contentTypes)
	}
	w := &containerWriter{}
	w.out.Grow(len(file) + 1<<16)
	var media mediaTypes
	for i, f := range in.File {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if i > 0 && strings.EqualFold(f.Name, in.File[i-1].Name) {
			return nil, fmt.Errorf("%s: there are two parts of that name", f.Name)
		}
		if f.Name == contentTypes {
			if media, err = w.addTypes(f); err != nil {
				return nil, err
			}
			continue
		}
		if err := s.containPart(w, f, media); err != nil {
			return nil, err
		}
	}
	if err := w.addText(originRels, []byte(originRelationships)); err != nil {
		return nil, err
	}
	return w, w.addText(originPart, nil)
}

// byPart orders [Content_Types].xml before all parts and these by name.
func byPart(a, b string) int {
	if (a == contentTypes) != (b == contentTypes) {
		if a == contentTypes {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}

func (w *containerWriter) addTypes(f *zip.File) (mediaTypes, error) {
	text, err := readText(f)
	if err != nil {
		return mediaTypes{}, err
	}
	if text, err = addSignatureTypes(text); err != nil {
		return mediaTypes{}, err
	}
	if err := w.addText(contentTypes, text); err != nil {
		return mediaTypes{}, err
	}
	return parseMediaTypes(text, nil)
}

// containPart copies a part as it was deflated, but for _rels/.rels, where the way to the signature begins.
func (s *statement) containPart(w *containerWriter, f *zip.File, media mediaTypes) error {
	kind, err := media.of(f.Name)
	if err != nil {
		return err
	}
	if strings.HasPrefix(f.Name, signatureFolder) {
		return errors.New("the workbook is signed already")
	}
	var p signedPart
	if f.Name == rootRelationships {
		text, err := readText(f)
		if err != nil {
			return err
		}
		if text, err = addOrigin(text); err != nil {
			return err
		}
		if err := w.addText(f.Name, text); err != nil {
			return err
		}
		if p, err = signPart(f.Name, kind, bytes.NewReader(text), nil); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	} else if p, err = w.copyPart(f, kind); err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	s.parts = append(s.parts, p)
	return nil
}

func (w *containerWriter) copyPart(f *zip.File, kind string) (signedPart, error) {
	raw, err := f.OpenRaw()
	if err != nil {
		return signedPart{}, err
	}
	packed, err := io.ReadAll(raw)
	if err != nil {
		return signedPart{}, err
	}
	if f.Method != zip.Deflate {
		return signedPart{}, errors.New("the part is not deflated")
	}
	inflate := flate.NewReader(bytes.NewReader(packed))
	defer inflate.Close()
	sum := crc32.NewIEEE()
	whole := io.TeeReader(inflate, sum)
	p, err := signPart(f.Name, kind, whole, nil)
	if err != nil {
		return signedPart{}, err
	}
	if n, err := io.Copy(io.Discard, whole); n > 0 || err != nil || sum.Sum32() != f.CRC32 {
		return signedPart{}, errors.New("the part does not unpack to what its zip header says")
	}
	return p, w.add(f.Name, packed, f.UncompressedSize64, f.CRC32)
}

func readText(f *zip.File) ([]byte, error) {
	if f.UncompressedSize64 > maxXML {
		return nil, fmt.Errorf("%s: %d bytes are too many", f.Name, f.UncompressedSize64)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	return text, nil
}
