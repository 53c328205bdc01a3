package pdf

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
	"auditpack/render"
)

// object is one that an attacker's update writes.
type object struct {
	number int
	body   string
}

// increment appends an update as another program would: objects, a table of them, a trailer that leads to the one before.
func increment(t *testing.T, file []byte, objects ...object) []byte {
	t.Helper()
	at := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(file)
	trailers := regexp.MustCompile(`/Size (\d+)/Root (\d+ 0 R)/Info (\d+ 0 R)`).FindAllSubmatch(file, -1)
	if at == nil || trailers == nil {
		t.Fatal("the file does not end as it should")
	}
	last := trailers[len(trailers)-1]
	size, _ := strconv.Atoi(string(last[1]))
	out := bytes.Clone(file)
	table := "xref\n"
	for _, o := range objects {
		table += fmt.Sprintf("%d 1\n%010d 00000 n \n", o.number, len(out))
		out = fmt.Appendf(out, "%d 0 obj\n%s\nendobj\n", o.number, o.body)
		size = max(size, o.number+1)
	}
	xref := len(out)
	return fmt.Appendf(out, "%strailer\n<</Size %d/Root %s/Info %s/Prev %s>>\nstartxref\n%d\n%%%%EOF\n", table, size, last[2], last[3], at[1], xref)
}

// signIncrement signs the update that holds a signature dictionary of the attacker's, whose value is 8,192 zeros.
func signIncrement(t *testing.T, file []byte, id *seal.Identity) []byte {
	t.Helper()
	return incrementBy(t, file, func(content []byte) []byte {
		cms, err := seal.Sign(context.Background(), id, evidence.DigestOf(content), seal.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return cms
	})
}

// incrementBy is signIncrement by another way to sign.
func incrementBy(t *testing.T, file []byte, sign func(content []byte) []byte) []byte {
	t.Helper()
	zeros := bytes.Repeat([]byte("0"), 8192)
	value := bytes.LastIndex(file, zeros) - 1
	behind := value + len(zeros) + 2
	mark := []byte("[0 AAAAAAAAAA BBBBBBBBBB CCCCCCCCCC]")
	file = bytes.Replace(file, mark, fmt.Appendf(nil, "[0 %-10d %-10d %-10d]", value, behind, len(file)-behind), 1)
	copy(file[value+1:], fmt.Sprintf("%x", sign(slices.Concat(file[:value], file[behind:]))))
	return file
}

// signature is the dictionary that signIncrement fills.
var signature = "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 AAAAAAAAAA BBBBBBBBBB CCCCCCCCCC]/Contents<" +
	strings.Repeat("0", 8192) + ">>>"

// victim is a report, what it is after each signature, and where its objects are.
type victim struct {
	first, one, two []byte
	operator        *seal.Identity
	reviewer        *seal.Identity
	r               *report
	page, content   int // objects of the first page
}

func newVictim(t *testing.T) victim {
	t.Helper()
	v := victim{first: smallReport(t), operator: sealtest.Identity(t), reviewer: sealtest.Identity(t), page: 3, content: 4}
	v.one = signReport(t, v.first, v.operator, SignOptions{Time: sealtest.Time, Stamper: sealtest.NewAuthority(t)})
	v.two = signReport(t, v.one, v.reviewer, SignOptions{Time: sealtest.Time})
	var err error
	if v.r, err = readReport(v.first); err != nil {
		t.Fatal(err)
	}
	return v
}

// replace changes all of old in file to something of the same length.
func replace(t *testing.T, file []byte, old, changed string) []byte {
	t.Helper()
	if len(old) != len(changed) || !bytes.Contains(file, []byte(old)) {
		t.Fatalf("%q cannot be replaced", old)
	}
	return bytes.ReplaceAll(file, []byte(old), []byte(changed))
}

// Ways to cheat, one each. All leave a file that is a PDF for other programs, and some of them pass there as signed.
func TestAttacks(t *testing.T) {
	v := newVictim(t)
	size := len(v.r.objects)
	text := "<</Length 42>>\nstream\nBT /F1 20 Tf 20 500 Td (all is well) Tj ET  \nendstream"
	reviewer := v.r.fields[render.Reviewer]
	widget := strings.TrimSuffix(string(v.r.body(reviewer)), ">>\n")
	operatorWidget := strings.TrimSuffix(string(v.r.body(v.r.fields[render.Operator])), ">>\n")
	catalog := strings.TrimSuffix(string(v.r.body(v.r.root)), ">>\n")
	value := func(file []byte) (from, to int) {
		m := byteRange.FindSubmatch(file)
		from, _ = strconv.Atoi(string(m[1]))
		to, _ = strconv.Atoi(string(m[2]))
		return from, to
	}
	from, to := value(v.one)
	other := signReport(t, v.first, v.operator, SignOptions{Time: sealtest.Time.Add(1), Reason: "another report"})
	otherFrom, otherTo := value(other)
	stolen := bytes.Clone(v.one)
	copy(stolen[from+1:to-1], bytes.Repeat([]byte("0"), to-from-2))
	copy(stolen[from+1:to-1], other[otherFrom+1:otherTo-1])

	padded := bytes.Clone(v.one)
	padded[to-2] = '1'
	upper := bytes.Clone(v.one)
	copy(upper[from:to], bytes.ToUpper(upper[from:to]))
	shifted := byteRange.ReplaceAllFunc(bytes.Clone(v.one), func(m []byte) []byte {
		return fmt.Appendf(nil, "%-*s", len(m), fmt.Sprintf("/ByteRange[0 %d %d %d ", from-10, to+10, len(v.one)-to-10))
	})
	// The second range moved behind bytes that nothing covers: wrapping.
	wrapped := slices.Concat(v.one[:to], []byte("\n9999 0 obj\n(all is well)\nendobj\n"), v.one[to:])

	for _, test := range []struct {
		name string
		file []byte
		want string // in one of the faults
	}{
		{"a byte appended", append(bytes.Clone(v.one), '\n'), "byte"},
		{"an end appended", append(bytes.Clone(v.one), "%%EOF\n"...), "byte"},
		{"zeros appended", append(bytes.Clone(v.two), make([]byte, 1000)...), "1000 bytes follow its last signature"},
		{"an empty revision", increment(t, v.one), "not the reviewer's signature as auditpack writes it: no number"},
		{"an empty revision behind two", increment(t, v.two), "bytes follow its last signature"},
		{"page content replaced", increment(t, v.one, object{v.content, text}), "not the reviewer's signature"},
		{"page replaced", increment(t, v.two, object{v.page, strings.Replace(string(v.r.body(v.page)), "/Contents 4", "/Contents 2", 1)}), "bytes follow"},
		{"catalog replaced", increment(t, v.one, object{v.r.root, catalog + ">>"}), "not the reviewer's signature"},
		{"form removed", increment(t, v.one, object{v.r.root, "<</Type/Catalog/Pages 1 0 R>>"}), "not the reviewer's signature"},
		{"a text in the reviewer's field", increment(t, v.one, object{reviewer, widget + "/V (I agree)>>"}), "not the reviewer's signature"},
		{"a name in the reviewer's field", increment(t, v.one, object{size + 1, "(seen)"}, object{reviewer, widget + fmt.Sprintf("/V %d 0 R>>", size+1)}), "not the reviewer's signature"},
		{"the reviewer's look", increment(t, v.one, object{reviewer, strings.Replace(widget, "/AP<<", "/AP<</D 4 0 R", 1) + ">>"}), "not the reviewer's signature"},
		{"signed by the attacker over a changed page", signIncrement(t, increment(t, v.one, object{v.content, text}, object{size + 1, signature},
			object{reviewer, widget + fmt.Sprintf("/V %d 0 R>>", size+1)}), v.reviewer), "not the reviewer's signature"},
		{"signed by the attacker in another order", signIncrement(t, increment(t, v.one, object{size + 1, signature},
			object{reviewer, widget + fmt.Sprintf("/V %d 0 R>>", size+1)}, object{v.content, text}), v.reviewer), "differs at byte"},
		{"signed by the attacker in the operator's field", signIncrement(t, increment(t, v.one, object{size + 1, signature},
			object{v.r.fields[render.Operator], operatorWidget + fmt.Sprintf("/V %d 0 R>>", size+1)}), v.reviewer), "differs at byte"},
		{"signature without a value", increment(t, v.one, object{size, "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 1 2 3]>>"}), "no value of a signature"},
		{"signature without a range", increment(t, v.first, object{size, "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Contents<3000>>>"},
			object{v.r.fields[render.Operator], operatorWidget + fmt.Sprintf("/V %d 0 R>>", size)}), "its ByteRange has 0 numbers"},
		{"signature with a range of null", increment(t, v.first, object{size, "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange null/Contents<3000>>>"},
			object{v.r.fields[render.Operator], operatorWidget + fmt.Sprintf("/V %d 0 R>>", size)}), "its ByteRange has 0 numbers"},
		{"signature that is null", increment(t, v.first, object{size, "null"},
			object{v.r.fields[render.Operator], operatorWidget + fmt.Sprintf("/V %d 0 R>>", size)}), "no signature that can be read"},
		{"range shifted", shifted, "no object at byte"},
		{"range wrapped", wrapped, "no key at byte"},
		{"value of another report", stolen, "digest"},
		{"padding", padded, "padding behind the signature's value is not zero"},
		{"capitals", upper, "no lower-case hexadecimal digit"},
		{"permission widened", replace(t, v.one, "/P 2/V/1.2", "/P 3/V/1.2"), "it differs at byte"},
		{"time changed", replace(t, v.one, "/M(D:2026", "/M(D:2025"), "digest"},
		{"head changed", replace(t, v.one, "%auditpack", "%auditPACK"), "digest"},
		{"cut within the update", v.one[:len(v.one)-7], "differs at byte"},
		{"cut within the report", v.one[:len(v.first)-7], "cut short"},
		{"first revision of another", slices.Concat(writeReport(t, onePage(), Options{}), v.one[len(v.first):]), "not the operator's signature"},
		{"updates in the wrong order", slices.Concat(v.first, v.two[len(v.one):], v.one[len(v.first):]), "not the operator's signature"},
		{"update twice", slices.Concat(v.one, v.one[len(v.first):]), "not the reviewer's signature"},
		{"comment between", slices.Concat(v.first, []byte("%\n"), v.one[len(v.first):]), "not the operator's signature"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := verifyFile(t, test.file, seal.Trust{Signers: sealtest.Trust(v.operator, nil).Signers, At: sealtest.Time})
			if !slices.ContainsFunc(faults(f), func(s string) bool { return strings.Contains(s, test.want) }) {
				t.Errorf("faults %q, want one with %q (%s)", faults(f), test.want, standings(f))
			}
			for _, s := range f.Faults {
				if strings.Contains(s, "\n") {
					t.Errorf("a fault of two lines: %q", s)
				}
			}
		})
	}
}

// What takes signatures away leaves a report that is whole and not signed: whether it should be, only its package knows.
func TestSignatureRemoved(t *testing.T) {
	v := newVictim(t)
	f := verifyFile(t, v.one[:len(v.first)], seal.Trust{})
	if len(f.Signatures) > 0 || len(f.Faults) > 0 || f.Coverage != "nothing: the report is not signed" {
		t.Errorf("%+v", f)
	}
}

// Whoever signs anew with a key of their own is nobody that the auditor trusts.
func TestSignedAgainByAnother(t *testing.T) {
	v := newVictim(t)
	attacker := sealtest.Identity(t)
	forged := signReport(t, v.first, attacker, SignOptions{Time: sealtest.Time})
	trust := seal.Trust{Signers: sealtest.Trust(v.operator, nil).Signers, At: sealtest.Time}
	if f := verifyFile(t, forged, trust); len(f.Signatures) != 1 || f.Signatures[0].Standing != seal.Unknown {
		t.Errorf("%s", standings(f))
	}
}
