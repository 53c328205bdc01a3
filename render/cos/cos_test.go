package cos

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSet(t *testing.T) {
	const text = "<< /Type/Annot % a comment\n/V (a\\)b) /K[1 2 R<</V 3>>] /AS/Off>>"
	for _, c := range []struct {
		entries []Entry
		want    string
	}{
		{nil, text},
		{[]Entry{{"V", "(new)"}}, "<< /Type/Annot % a comment\n/V (new) /K[1 2 R<</V 3>>] /AS/Off>>"},
		{[]Entry{{"AS", "/On"}, {"V", ""}}, "<< /Type/Annot % a comment\n /K[1 2 R<</V 3>>] /AS /On>>"},
		{[]Entry{{"Not there", ""}, {"A B", "1"}, {"C", "2"}}, "<< /Type/Annot % a comment\n/V (a\\)b) /K[1 2 R<</V 3>>] /AS/Off/A#20B 1/C 2>>"},
	} {
		got, err := Set([]byte(text), c.entries...)
		if err != nil || string(got) != c.want {
			t.Errorf("%v: %v, %s\nwant %s", c.entries, err, got, c.want)
		}
	}
	for _, bad := range []string{"", "[1]", "<<", "<</V", "<</V(>>", "<<1 2>>"} {
		if got, err := Set([]byte(bad), Entry{"V", "1"}); err == nil {
			t.Errorf("%q became %s", bad, got)
		}
	}
}

func TestTextString(t *testing.T) {
	for _, text := range []string{"", "plain", `(a) \ b`, "Łódź €", "line\nbreak", "\U0001F600", "\x7f"} {
		v, err := (&Parser{File: []byte(TextString(text))}).Value()
		if s, ok := v.(String); err != nil || !ok || s.Spoken() != text {
			t.Errorf("%q is read as %v (%v)", text, v, err)
		}
	}
	for data, want := range map[string]string{"\x80\x8d\x92\xa0\xe9": "•“™€é", "\x18\x1f": "˘˜", "\xef\xbb\xbfé": "é", "\xfe\xff\x00a\x20\xac": "a€"} {
		if got := (String{Data: []byte(data)}).Spoken(); got != want {
			t.Errorf("%x is %q, want %q", data, got, want)
		}
	}
	for _, n := range []Name{"On", "On it", "a/b#c", "ä"} {
		if v, err := (&Parser{File: []byte(NameString(n))}).Value(); err != nil || v != n {
			t.Errorf("%q is read as %v (%v)", n, v, err)
		}
	}
}

// TestUnpredict undoes the filters that another program's PNG writer chose.
func TestUnpredict(t *testing.T) {
	const width, height = 40, 60
	picture := image.NewGray(image.Rect(0, 0, width, height))
	r := rand.New(rand.NewSource(1))
	for y := range height {
		for x := range width {
			picture.SetGray(x, y, color.Gray{Y: uint8(x*y/7 + x*3 + r.Intn(1+y/10))})
		}
	}
	var file bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(file.Bytes(), []byte("IDAT")) + 4
	z, err := zlib.NewReader(bytes.NewReader(file.Bytes()[at:]))
	if err != nil {
		t.Fatal(err)
	}
	var rows bytes.Buffer
	if _, err := rows.ReadFrom(z); err != nil {
		t.Fatal(err)
	}
	kinds := map[byte]bool{}
	for i := 0; i < rows.Len(); i += width + 1 {
		kinds[rows.Bytes()[i]] = true
	}
	if !kinds[2] || !kinds[4] {
		t.Errorf("the picture is written with the filters %v only", kinds)
	}
	got, err := unpredict(rows.Bytes(), width)
	if err != nil || !bytes.Equal(got, picture.Pix) {
		t.Errorf("%v: other bytes", err)
	}
	if got, err := unpredict([]byte{0, 10, 20, 3, 1, 1, 1, 7, 255}, 2); err != nil || !bytes.Equal(got, []byte{10, 20, 6, 14, 7, 6}) {
		t.Errorf("average, sub: %v, %v", got, err)
	}
	if _, err := unpredict(append([]byte{5}, make([]byte, width)...), width); err == nil {
		t.Error("a filter that does not exist is undone")
	}
}

// TestUpdate writes revisions behind a file and reads them back.
func TestUpdate(t *testing.T) {
	file := "%PDF-1.4\n1 0 obj\n<</A 1>>\nendobj\n3 2 obj\n(old)\nendobj\n"
	xref := len(file)
	file += fmt.Sprintf("xref\n0 2\n0000000000 65535 f \n%010d 00000 n \n3 1\n%010d 00002 n \ntrailer\n<</Size 4/Root 1 0 R/Info 3 2 R/ID[<01><02>]>>\nstartxref\n%d\n%%%%EOF",
		strings.Index(file, "1 0 obj"), strings.Index(file, "3 2 obj"), xref)
	data := []byte(file)
	for range 3 {
		at, err := LastTable(data)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Open(data, at, &Effort{})
		if err != nil {
			t.Fatal(err)
		}
		u := f.Update()
		_, ref, err := u.Text(3)
		if err != nil || ref != (Reference{3, 2}) {
			t.Fatalf("%v, %v", ref, err)
		}
		u.Put(ref, []byte("(new)"))
		if text, _, err := u.Text(3); err != nil || string(text) != "(new)" {
			t.Errorf("%s, %v", text, err)
		}
		added := u.AddStream("/X 1", []byte("data"))
		after, err := u.Bytes()
		if err != nil || !bytes.HasPrefix(after, data) {
			t.Fatalf("%v; the file's own bytes changed", err)
		}
		at, err = LastTable(after)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Open(after, at, &Effort{})
		if err != nil {
			t.Fatal(err)
		}
		n, err := (&Parser{File: []byte(added)}).Value()
		if err != nil {
			t.Fatal(err)
		}
		s, _ := again.Resolve(n).(Stream)
		content, err := again.Inflate(s)
		if got := []any{again.Resolve(ref).(String).Spoken(), string(content), again.Resolve(again.Trailers[0]["Root"]), again.Broken()}; err != nil ||
			!cmp.Equal(got, []any{"new", "data", Dict{"A": int64(1)}, nil}) || again.Trailers[0]["Info"] != ref {
			t.Errorf("%v, %v", got, err)
		}
		data = after
	}
	if f, err := Open([]byte(file), xref, &Effort{}); err != nil {
		t.Error(err)
	} else if same, err := f.Update().Bytes(); err != nil || string(same) != file {
		t.Errorf("nothing changed, and the file did: %v", err)
	}
}

// TestBroken holds that an object which cannot be read is told of, and one that is not there is not.
func TestBroken(t *testing.T) {
	file := "%PDF-1.4\n1 0 obj\n<</A 1\n2 0 obj\n7\nendobj\n"
	xref := len(file)
	file += fmt.Sprintf("xref\n1 3\n%010d 00000 n \n%010d 00000 n \n%010d 00000 n \ntrailer\n<</Root 1 0 R>>\nstartxref\n%d\n%%%%EOF",
		strings.Index(file, "1 0 obj"), strings.Index(file, "2 0 obj"), strings.Index(file, "2 0 obj"), xref)
	f, err := Open([]byte(file), xref, &Effort{})
	if err != nil {
		t.Fatal(err)
	}
	if v := f.Resolve(Reference{Number: 9}); v != nil || f.Broken() != nil {
		t.Errorf("%v, %v", v, f.Broken())
	}
	if v := f.Resolve(Reference{Number: 2}); v != int64(7) || f.Broken() != nil {
		t.Errorf("%v, %v", v, f.Broken())
	}
	if v := f.Resolve(Reference{Number: 3}); v != nil || fmt.Sprint(f.Broken()) != "object 3: at byte 24 lies object 2 in its place" {
		t.Errorf("%v, %v", v, f.Broken())
	}
}
