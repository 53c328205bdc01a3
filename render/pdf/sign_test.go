package pdf

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
	"auditpack/render"
)

// page is a report of one page: a line, and the two panels.
func onePage() render.Document {
	return render.Document{Title: "Test report", Subject: "AUTOMATE01", Tool: "auditpack test", AsOf: sealtest.Time, Parts: []render.Part{
		{Anchor: "sign-off", Title: "Sign", Report: true, Blocks: []render.Block{
			&render.SignaturePanel{Role: render.Operator, Duty: "a"}, &render.SignaturePanel{Role: render.Reviewer, Duty: "b"}}}}}
}

func writeReport(t testing.TB, d render.Document, o Options) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, d, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func signReport(t testing.TB, file []byte, id *seal.Identity, o SignOptions) []byte {
	t.Helper()
	signed, err := Sign(context.Background(), file, id, o)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func verifyFile(t testing.TB, file []byte, trust seal.Trust) seal.File {
	t.Helper()
	f, err := Verify(bytes.NewReader(file), int64(len(file)), trust)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// standings writes what was found on one line: place, form and Standing of each signature.
func standings(f seal.File) string {
	var list []string
	for _, s := range f.Signatures {
		list = append(list, s.Place+" "+s.Form+" "+string(s.Standing))
	}
	return strings.Join(list, "; ")
}

// faults lists all that is wrong.
func faults(f seal.File) []string {
	list := f.Faults
	for _, s := range f.Signatures {
		list = append(list, s.Faults...)
	}
	return list
}

func TestSignAndVerify(t *testing.T) {
	operator, reviewer, tsa := sealtest.Identity(t), sealtest.Identity(t), sealtest.NewAuthority(t)
	trust := sealtest.Trust(operator, tsa)
	first := writeReport(t, onePage(), Options{})
	if f := verifyFile(t, first, trust); len(faults(f)) > 0 || len(f.Signatures) > 0 || f.Coverage != "nothing: the report is not signed" {
		t.Errorf("unsigned: %+v", f)
	}
	for _, test := range []struct {
		name    string
		stamper seal.Stamper
		form    string
	}{{"B-B", nil, "PAdES B-B"}, {"B-T", tsa, "PAdES B-T"}} {
		t.Run(test.name, func(t *testing.T) {
			at := sealtest.Time.Add(90 * time.Second)
			one := signReport(t, first, operator, SignOptions{Time: at, Reason: "Made (by) me · é", Location: `C:\here`, Stamper: test.stamper})
			two := signReport(t, one, reviewer, SignOptions{Stamper: test.stamper})
			if !bytes.HasPrefix(one, first) || !bytes.HasPrefix(two, one) {
				t.Fatal("a signature changes what was there before it")
			}
			if n, err := FirstRevision(two); err != nil || n != int64(len(first)) {
				t.Errorf("the first revision has %d bytes (%v), want %d", n, err, len(first))
			}
			f := verifyFile(t, one, trust)
			if want := "field Operator " + test.form + " trusted"; standings(f) != want || len(faults(f)) > 0 {
				t.Fatalf("%s, want %s; %q", standings(f), want, faults(f))
			}
			if !f.Signatures[0].Claimed.Equal(at) {
				t.Errorf("claimed %v, want %v", f.Signatures[0].Claimed, at)
			}
			f = verifyFile(t, two, trust)
			want := "field Operator " + test.form + " trusted; field Reviewer " + test.form + " unknown signer"
			if standings(f) != want || len(faults(f)) > 0 {
				t.Errorf("%s, want %s; %q", standings(f), want, faults(f))
			}
			if f = verifyFile(t, two, seal.Trust{}); !strings.Contains(standings(f), "unknown signer; ") {
				t.Errorf("trusts nobody: %s", standings(f))
			}
		})
	}
}

func TestSigningIsDeterministic(t *testing.T) {
	id := sealtest.Identity(t)
	o := SignOptions{Time: sealtest.Time, Reason: "r"}
	one := signReport(t, writeReport(t, onePage(), Options{}), id, o)
	if !bytes.Equal(one, signReport(t, writeReport(t, onePage(), Options{}), id, o)) {
		t.Error("the same report, signer and time give other bytes")
	}
}

// What is not a report as Write and Sign left it is refused, in one line.
func TestSignRefuses(t *testing.T) {
	id := sealtest.Identity(t)
	first := writeReport(t, onePage(), Options{})
	one := signReport(t, first, id, SignOptions{})
	both := signReport(t, one, id, SignOptions{})
	bare := writeReport(t, render.Document{Title: "t"}, Options{})
	damaged := bytes.Clone(first)
	damaged[len(damaged)/2] ^= 1
	for _, test := range []struct {
		name, field string
		file        []byte
		want        string
	}{
		{"foreign", "", []byte("%PDF-1.4\n%%EOF\n"), "not a report that auditpack wrote"},
		{"empty", "", nil, "not a report that auditpack wrote"},
		{"damaged", "", damaged, "report: "},
		{"cut short", "", first[:len(first)-1], "report: cut short"},
		{"appended", "", append(bytes.Clone(one), '\n'), "report: "},
		{"twice", render.Operator, one, "report: the field Operator is signed already"},
		{"three", "", both, "report: both of its fields are signed"},
		{"reviewer first", render.Reviewer, first, "report: the operator signs first"},
		{"no field", "", bare, "report: it has no sign-off page with a field Operator"},
		{"other field", "Else\n", first, `report: it has no field "Else", but Operator and Reviewer`},
	} {
		_, err := Sign(context.Background(), test.file, id, SignOptions{Field: test.field})
		if err == nil || !strings.HasPrefix(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
}

// What the dictionary says of the time is the signer's word, but it must not contradict the certificate.
func TestStatedTime(t *testing.T) {
	id := sealtest.Identity(t)
	first := smallReport(t)
	if _, err := Sign(context.Background(), first, id, SignOptions{Time: sealtest.Time.AddDate(9, 0, 0)}); err == nil {
		t.Error("signed at a time at which the certificate is not valid")
	}
	r, err := readReport(first)
	if err != nil {
		t.Fatal(err)
	}
	for date, want := range map[string]string{"(D:20350101000000+00'00')": "not valid at the time", "(yesterday)": "its time is not understood"} {
		file, err := r.fill(context.Background(), first, id, revision{field: render.Operator, date: date, room: 4096}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if f := verifyFile(t, file, sealtest.Trust(id, nil)); len(f.Signatures) != 1 || !strings.Contains(strings.Join(faults(f), "\n"), want) {
			t.Errorf("%s: %s, %q", date, standings(f), faults(f))
		}
	}
}

// A signature that needs more room than was kept gets it.
func TestRoomGrows(t *testing.T) {
	id := sealtest.Identity(t)
	first := smallReport(t)
	r, err := readReport(first)
	if err != nil {
		t.Fatal(err)
	}
	file, err := r.fill(context.Background(), first, id, revision{field: render.Operator, room: 10}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if f := verifyFile(t, file, sealtest.Trust(id, nil)); standings(f) != "field Operator PAdES B-B trusted" || len(faults(f)) > 0 {
		t.Errorf("%s, %q", standings(f), faults(f))
	}
}

type noStamps struct{}

func (noStamps) Stamp(context.Context, evidence.Digest) ([]byte, error) {
	return nil, errors.New("tsa: no answer")
}

// A timestamp authority that fails leaves nothing signed.
func TestStamperFails(t *testing.T) {
	file, err := Sign(context.Background(), smallReport(t), sealtest.Identity(t), SignOptions{Stamper: noStamps{}})
	if err == nil || file != nil || !strings.Contains(err.Error(), "tsa: no answer") {
		t.Errorf("%d bytes, %v", len(file), err)
	}
	lying := sealtest.NewAuthority(t)
	lying.WrongDigest = true
	id := sealtest.Identity(t)
	if file, err = Sign(context.Background(), smallReport(t), id, SignOptions{Stamper: lying}); err == nil {
		if f := verifyFile(t, file, sealtest.Trust(id, lying)); len(faults(f)) == 0 {
			t.Error("a timestamp over another digest is accepted")
		}
	}
}
