package pdf

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"auditpack/evidence/seal"
	"auditpack/render"
	"auditpack/render/cos"
)

// found is what the signature fields of a PDF lead to.
type found struct {
	signatures []foreignSignature // by the end of what they cover
	faults     []string
	encrypted  bool
}

// foreignSignature is a signature dictionary as it stands in a file.
type foreignSignature struct {
	field              string
	dict               cos.Dict
	value, behind, end int // as in update; zero where they are not known
	faults             []string
}

// findSignatures follows the fields of each revision, the newest first, and says which signatures a later one dropped.
func findSignatures(data []byte) found {
	var out found
	e := &cos.Effort{}
	xref, err := cos.LastTable(data)
	if err != nil {
		out.faults = append(out.faults, err.Error())
		return out
	}
	newest, err := cos.Open(data, xref, e)
	if err != nil {
		out.faults = append(out.faults, err.Error())
		return out
	}
	out.encrypted = newest.Trailers[0]["Encrypt"] != nil
	seen := map[int]bool{}
	for i, at := range newest.Tables {
		f := newest
		if i > 0 {
			if f, err = cos.Open(data, at, e); err != nil {
				out.faults = append(out.faults, err.Error())
				break
			}
		}
		list, err := signatures(f)
		if err != nil && i == 0 { // the older table of a linearized file has no catalog of its own
			out.faults = append(out.faults, err.Error())
		}
		for _, s := range list {
			at := s.value
			if at == 0 && i > 0 || seen[at] && at > 0 {
				continue // a signature without a place is spoken of once, where it counts
			}
			seen[at] = true
			if i > 0 {
				s.faults = append(s.faults, "a later revision of the file dropped it")
			}
			out.signatures = append(out.signatures, s)
		}
	}
	for i := range out.signatures {
		if out.encrypted {
			out.signatures[i].field = fmt.Sprintf("number %d", i+1)
		}
	}
	slices.SortStableFunc(out.signatures, func(a, b foreignSignature) int { return cmp.Compare(a.end, b.end) })
	if n := bytes.Count(data, []byte("/ByteRange")); n > 0 && len(out.signatures) == 0 {
		out.faults = append(out.faults, fmt.Sprintf("a signature seems to be in it (/ByteRange stands there, %d in all), but no field leads to one", n))
	}
	return out
}

// signatures walks the fields of the form.
func signatures(f *cos.File) ([]foreignSignature, error) {
	root, ok := f.Resolve(f.Trailers[0]["Root"]).(cos.Dict)
	if !ok {
		return nil, errors.New("its catalog cannot be read")
	}
	form, _ := f.Resolve(root["AcroForm"]).(cos.Dict)
	fields, _ := f.Resolve(form["Fields"]).(cos.Array)
	w := &walk{File: f}
	w.fields(fields, "", nil, 0)
	return w.list, w.err
}

// maxFields is how many fields a form may have.
const maxFields = 4096

type walk struct {
	*cos.File
	list []foreignSignature
	n    int
	err  error
}

// fields walks fields and those below them, which inherit name, kind and value.
func (w *walk) fields(fields cos.Array, parent string, inherited cos.Dict, depth int) {
	for _, item := range fields {
		if w.n++; w.n > maxFields || depth > cos.MaxDepth/2 {
			w.err = errors.New("its form has too many fields, or they lie too deep")
			return
		}
		d, ok := w.Resolve(item).(cos.Dict)
		if !ok {
			continue
		}
		title := parent
		if t, ok := w.Resolve(d["T"]).(cos.String); ok {
			title = t.Spoken()
			if parent != "" {
				title = parent + "." + title
			}
		}
		own := cos.Dict{"FT": d["FT"], "V": d["V"]}
		for key := range own {
			if own[key] == nil && inherited != nil {
				own[key] = inherited[key]
			}
		}
		kids, _ := w.Resolve(d["Kids"]).(cos.Array)
		if len(kids) > 0 {
			w.fields(kids, title, own, depth+1)
			continue
		}
		if w.Resolve(own["FT"]) == cos.Name("Sig") && own["V"] != nil {
			w.list = append(w.list, w.signature(title, own["V"]))
		}
	}
}

// signature reads a signature dictionary and finds fault with where its value lies, and what it leaves out.
func (w *walk) signature(title string, v cos.Value) foreignSignature {
	s := foreignSignature{field: plain(clean(title))}
	fault := func(format string, a ...any) foreignSignature {
		s.faults = append(s.faults, fmt.Sprintf(format, a...))
		return s
	}
	d, ok := w.Resolve(v).(cos.Dict)
	if !ok {
		return fault("the field is said to be signed, but there is no signature that can be read")
	}
	s.dict = d
	contents, ok := w.Resolve(d["Contents"]).(cos.String)
	_, direct := d["Contents"].(cos.String)
	if !ok || len(contents.Data) == 0 {
		return fault("it has no value")
	}
	if !direct || contents.To == 0 || !contents.Hex {
		return fault("its value does not lie in it as hexadecimal digits")
	}
	s.value, s.behind = contents.From, contents.To
	var r [4]int
	list, _ := w.Resolve(d["ByteRange"]).(cos.Array)
	if len(list) != 4 {
		return fault("it does not say what it covers: its ByteRange has %d numbers, not 4", len(list))
	}
	for i := range r {
		n, ok := list[i].(int64)
		if !ok || n < 0 || n > int64(len(w.Data)) {
			return fault("it does not say what it covers: its ByteRange has no number at place %d that lies in the file", i+1)
		}
		r[i] = int(n)
	}
	if r[2]+r[3] > len(w.Data) {
		return fault("it is said to cover more than the file")
	}
	if r[0] != 0 || r[1] != s.value || r[2] != s.behind {
		return fault("it leaves out other bytes than its own value: ByteRange %s, value from %d to %d", ints(r[:]), s.value, s.behind)
	}
	s.end = r[2] + r[3]
	if rest := bytes.TrimRight(w.Data[:s.end], "\r\n \x00"); !bytes.HasSuffix(rest, []byte("%%EOF")) {
		return fault("what it covers ends at byte %d, where no revision ends", s.end)
	}
	return s
}

func ints(list []int) string {
	var b []byte
	for i, n := range list {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return string(b)
}

func clean(s string) string {
	s, _ = render.Clean(s)
	return s
}

// verify judges a signature that another program made, or that stands where none of ours does.
func (s foreignSignature) verify(data []byte, trust seal.Trust) seal.Signature {
	kind, _ := s.dict["SubFilter"].(cos.Name)
	out := seal.Signature{Place: "field " + s.field, Form: plain(clean(string(kind)))}
	if s.end == 0 {
		return s.withFaults(out)
	}
	contents, _ := s.dict["Contents"].(cos.String)
	value := contents.Data
	n := derLength(value)
	if n <= 0 || n > len(value) {
		fault(&out, "its value is no DER object; BER of open length is not understood")
		return s.withFaults(out)
	}
	content := seal.ContentOf(data[:s.value], data[s.behind:s.end])
	switch kind {
	case "ETSI.CAdES.detached", "adbe.pkcs7.detached":
		out = seal.VerifyOver(value[:n], content, trust)
		out.Form = "CMS in a PDF"
		if kind == "ETSI.CAdES.detached" {
			out.Form = pades(out)
		}
	case "ETSI.RFC3161":
		stamp := seal.VerifyStampOver(value[:n], content, nil, trust)
		out = seal.Signature{Standing: stamp.Standing, Signer: stamp.Authority, Chain: stamp.Chain, Stamp: &stamp, Faults: stamp.Faults, Form: "document timestamp"}
	default:
		fault(&out, "its kind is not understood")
		return s.withFaults(out)
	}
	out.Place = "field " + s.field
	if m, ok := s.dict["M"].(cos.String); ok && out.Claimed.IsZero() {
		claim(&out, m.Spoken())
	}
	if len(bytes.Trim(value[n:], "\x00")) > 0 {
		fault(&out, "the padding behind its value is not zero")
	}
	return s.withFaults(out)
}

func (s foreignSignature) withFaults(out seal.Signature) seal.Signature {
	for _, f := range s.faults {
		fault(&out, "%s", f)
	}
	if out.Form == "" {
		out.Form = "not understood"
	}
	return out
}

// verifyForeign judges a PDF that auditpack did not write.
func verifyForeign(data []byte, trust seal.Trust) seal.File {
	found := findSignatures(data)
	out := seal.File{Faults: found.faults}
	covered := 0
	for _, s := range found.signatures {
		out.Signatures = append(out.Signatures, s.verify(data, trust))
		covered = max(covered, s.end)
		if s.end > 0 && s.end < len(data) {
			out.Faults = append(out.Faults, fmt.Sprintf("%d bytes were added behind the signature in the field %s; whether they change what its signer saw is not judged",
				len(data)-s.end, s.field))
		}
	}
	switch {
	case len(found.signatures) == 0 && len(found.faults) > 0, len(found.signatures) > 0 && covered == 0:
		out.Coverage = "nothing that is understood"
	case len(found.signatures) == 0:
		out.Coverage = "nothing: no field of the file is signed"
	case covered == len(data):
		out.Coverage = fmt.Sprintf("all %d bytes, by the last signature", covered)
	default:
		out.Coverage = fmt.Sprintf("the first %d of %d bytes; nothing covers the rest", covered, len(data))
	}
	out.Coverage += "; the file is not a report of auditpack's"
	if found.encrypted {
		out.Coverage += "; it is encrypted, so that its names and texts are not read"
	}
	return out
}
