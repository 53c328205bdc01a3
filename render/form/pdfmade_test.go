package form_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"slices"
	"strings"
)

// made is a PDF being made for a test: objects by number, written with a classic table or with streams.
type made struct {
	objects map[int]string
	trailer string // more of it
}

// bigForm has what forms of insurers have: names below names, several widgets of one field, boxes, radio buttons with
// their name above them, lists with values of their own, a comb, limits, fields that nobody may fill.
func bigForm() made {
	return made{objects: map[int]string{
		1:  "<</Type/Catalog/Pages 2 0 R/AcroForm 3 0 R>>",
		2:  "<</Type/Pages/Kids[4 0 R 5 0 R]/Count 2/MediaBox[0 0 595 842]>>",
		3:  "<</Fields[6 0 R 10 0 R 11 0 R 12 0 R 15 0 R 16 0 R 17 0 R 18 0 R 19 0 R 22 0 R 23 0 R 24 0 R]/DR<</Font<</Helv 20 0 R/Ti 21 0 R>>>>/DA(/Helv 0 Tf 0 g)>>",
		4:  "<</Type/Page/Parent 2 0 R/Resources<<>>/Annots[7 0 R 8 0 R 10 0 R 11 0 R 13 0 R 14 0 R 15 0 R 16 0 R 17 0 R 18 0 R 22 0 R 23 0 R]>>",
		5:  "<</Type/Page/Parent 2 0 R/Resources<<>>/Annots[9 0 R 24 0 R]>>",
		6:  "<</T(applicant)/Kids[7 0 R 25 0 R]>>",
		7:  "<</Type/Annot/Subtype/Widget/F 4/FT/Tx/T(name)/TU(Name of the\\nApplicant)/Parent 6 0 R/MaxLen 40/Ff 2/Rect[100 780 400 800]/MK<</BC[0]/BG[.9 .9 1]>>/X-Other[1.50 (k\\)eep)]>>",
		8:  "<</Type/Annot/Subtype/Widget/F 4/Parent 25 0 R/Rect[100 700 400 770]/MK<</BC[0]>>>>",
		9:  "<</Type/Annot/Subtype/Widget/F 4/Parent 25 0 R/Rect[100 700 300 800]/MK<</BC[0]/R 90>>/Q 2/DA(/Cour 8 Tf 1 0 0 rg)>>",
		25: "<</FT/Tx/T(note)/Parent 6 0 R/Ff 4096/DA(0 0 .5 rg /Ti 9 Tf)/Kids[8 0 R 9 0 R]>>",
		10: "<</Type/Annot/Subtype/Widget/F 4/FT/Btn/T(rdp yes)/Rect[100 660 112 672]/AS/Off/AP<</N<</Off 30 0 R/On#20it 31 0 R>>>>>>",
		11: "<</Type/Annot/Subtype/Widget/F 4/FT/Btn/T(rdp no)/V/1/Rect[130 660 142 672]/AS/1/AP<</N<</1 31 0 R>>>>>>",
		12: "<</FT/Btn/Ff 49152/T(mfa)/Opt[(Ja, immer)(Nein)]/V/Off/Kids[13 0 R 14 0 R]>>",
		13: "<</Type/Annot/Subtype/Widget/F 4/Parent 12 0 R/Rect[100 640 112 652]/AS/Off/AP<</N<</0 31 0 R/Off 30 0 R>>>>>>",
		14: "<</Type/Annot/Subtype/Widget/F 4/Parent 12 0 R/Rect[130 640 142 652]/AS/Off/AP<</N<</1 31 0 R/Off 30 0 R>>>>>>",
		15: "<</Type/Annot/Subtype/Widget/F 4/FT/Ch/Ff 131072/T(logs)/Opt[[(01)(Yes)][(02)(No)][(03)<feff0053006f006d006500740069006d00650073>]]/Rect[100 610 200 630]>>",
		16: "<</Type/Annot/Subtype/Widget/F 4/FT/Ch/T(plan)/Opt[(Yes)(No)(Sometimes)]/Rect[100 560 200 600]/MK<</BC[0]>>>>",
		17: "<</Type/Annot/Subtype/Widget/F 4/FT/Ch/Ff 393216/T(other)/Opt[(Yes)]/Rect[210 610 300 630]>>",
		18: "<</Type/Annot/Subtype/Widget/F 4/FT/Tx/Ff 16777216/MaxLen 10/T(date)/Rect[100 520 300 540]/DA(/Cour 10 Tf 0 g)/AA<</F 26 0 R>>>>",
		19: "<</FT/Tx/T(hidden)/Rect[0 0 10 10]>>",
		20: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
		21: "<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>",
		22: "<</Type/Annot/Subtype/Widget/F 4/FT/Tx/Ff 1/T(number)/V(77)/Rect[400 520 500 540]>>",
		23: "<</Type/Annot/Subtype/Widget/F 4/FT/Btn/Ff 65536/T(send)/Rect[400 490 500 510]>>",
		24: "<</Type/Annot/Subtype/Widget/F 4/FT/Sig/T(signature)/Rect[100 100 300 140]>>",
		26: "<</S/JavaScript/JS(AFDate_FormatEx\\(\"yyyy\"\\))>>",
		30: "<</Type/XObject/Subtype/Form/BBox[0 0 12 12]/Length 21>>\nstream\n0 G 1 1 10 10 re S   \nendstream",
		31: "<</Type/XObject/Subtype/Form/BBox[0 0 12 12]/Length 21>>\nstream\n0 g 3 3  6  6 re f   \nendstream",
	}}
}

// with is the form with some objects replaced.
func (m made) with(objects map[int]string, trailer string) made {
	all := map[int]string{}
	for n, text := range m.objects {
		all[n] = text
	}
	for n, text := range objects {
		all[n] = text
	}
	return made{all, trailer}
}

func (m made) numbers() []int {
	var list []int
	for n := range m.objects {
		list = append(list, n)
	}
	slices.Sort(list)
	return list
}

// classic writes the file with a cross-reference table.
func (m made) classic() []byte {
	b := bytes.NewBufferString("%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")
	at := map[int]int{}
	for _, n := range m.numbers() {
		at[n] = b.Len()
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", n, m.objects[n])
	}
	xref := b.Len()
	b.WriteString("xref\n0 1\n0000000000 65535 f \n")
	for _, n := range m.numbers() {
		fmt.Fprintf(b, "%d 1\n%010d 00000 n \n", n, at[n])
	}
	fmt.Fprintf(b, "trailer\n<</Size %d/Root 1 0 R/ID[<0102><0304>]%s>>\nstartxref\n%d\n%%%%EOF", slices.Max(m.numbers())+1, m.trailer, xref)
	return b.Bytes()
}

// packed writes the file as newer programs do: objects in an object stream, and a table that is a stream.
func (m made) packed() []byte {
	b := bytes.NewBufferString("%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")
	at, in := map[int]int{}, map[int]int{}
	var head, body strings.Builder
	for _, n := range m.numbers() {
		if strings.Contains(m.objects[n], "\nstream\n") {
			at[n] = b.Len()
			fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", n, m.objects[n])
			continue
		}
		in[n] = len(in)
		fmt.Fprintf(&head, "%d %d ", n, body.Len())
		body.WriteString(m.objects[n] + "\n")
	}
	const objects, table = 38, 39
	at[objects] = b.Len()
	data := deflated(head.String() + body.String())
	fmt.Fprintf(b, "%d 0 obj\n<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n", objects, len(in), head.Len(), len(data), data)
	at[table] = b.Len()
	var rows []byte
	for n := range 40 {
		switch i, packed := in[n]; {
		case packed:
			rows = append(rows, 2, 0, objects, byte(i))
		case at[n] > 0:
			rows = append(rows, 1, byte(at[n]>>8), byte(at[n]), 0)
		default:
			rows = append(rows, 0, 0, 0, 0)
		}
	}
	xref := b.Len()
	data = deflated(string(rows))
	fmt.Fprintf(b, "%d 0 obj\n<</Type/XRef/Size 40/W[1 2 1]/Root 1 0 R/ID[<0102><0304>]%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n",
		table, m.trailer, len(data), data, xref)
	return b.Bytes()
}

func deflated(text string) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte(text))
	z.Close()
	return b.Bytes()
}
