package pdf

import (
	"encoding/binary"
	"math"
)

// The sRGB colour space as numbers of an ICC profile of version 2 (ICC.1:2001-04), in sixteen-bit fractions (s15Fixed16).
// The colorants are the primaries of IEC 61966-2-1, adapted from D65 to the white of the profile connection space, D50, by the
// method of Bradford; a test derives them again.
var (
	whiteD50  = [3]int32{0xf6d6, 0x10000, 0xd32d}
	colorants = [3][3]int32{
		{0x6fa2, 0x38f5, 0x0390}, // red
		{0x6299, 0xb785, 0x18da}, // green
		{0x24a0, 0x0f84, 0xb6cf}, // blue
	}
)

// curveSteps is the number of points of the transfer curve, as in the profiles of others.
const curveSteps = 1024

// transfer is the curve of IEC 61966-2-1 from a colour's share to its light.
func transfer(share float64) float64 {
	if share <= 0.04045 {
		return share / 12.92
	}
	return math.Pow((share+0.055)/1.055, 2.4)
}

// srgbProfile makes the profile that the report's colours are meant in.
func srgbProfile() []byte {
	const head, entry = 128, 12
	tags := []struct {
		name  string
		data  []byte
		again bool // the data of the tag before
	}{
		{name: "desc", data: iccDescription("sRGB, made by auditpack from IEC 61966-2-1")},
		{name: "cprt", data: append([]byte("text\x00\x00\x00\x00"), "No rights reserved: these are published numbers.\x00"...)},
		{name: "wtpt", data: iccXYZ(whiteD50)},
		{name: "rXYZ", data: iccXYZ(colorants[0])},
		{name: "gXYZ", data: iccXYZ(colorants[1])},
		{name: "bXYZ", data: iccXYZ(colorants[2])},
		{name: "rTRC", data: iccCurve()},
		{name: "gTRC", again: true},
		{name: "bTRC", again: true},
	}
	table := binary.BigEndian.AppendUint32(nil, uint32(len(tags)))
	var data []byte
	at, size := 0, 0
	for _, t := range tags {
		if !t.again {
			at, size = head+4+entry*len(tags)+len(data), len(t.data)
			data = append(data, t.data...)
			for len(data)%4 != 0 {
				data = append(data, 0)
			}
		}
		table = append(table, t.name...)
		table = binary.BigEndian.AppendUint32(table, uint32(at))
		table = binary.BigEndian.AppendUint32(table, uint32(size))
	}
	return append(append(iccHeader(head+len(table)+len(data)), table...), data...)
}

func iccHeader(size int) []byte {
	h := make([]byte, 128)
	binary.BigEndian.PutUint32(h, uint32(size))
	binary.BigEndian.PutUint32(h[8:], 0x02100000) // version 2.1
	copy(h[12:], "mntrRGB XYZ ")
	for i, v := range []uint16{2026, 1, 1, 0, 0, 0} { // of the profile, not of the report
		binary.BigEndian.PutUint16(h[24+2*i:], v)
	}
	copy(h[36:], "acsp")
	for i, v := range whiteD50 {
		binary.BigEndian.PutUint32(h[68+4*i:], uint32(v))
	}
	return h
}

func iccXYZ(v [3]int32) []byte {
	b := []byte("XYZ \x00\x00\x00\x00")
	for _, n := range v {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	return b
}

func iccCurve() []byte {
	b := binary.BigEndian.AppendUint32([]byte("curv\x00\x00\x00\x00"), curveSteps)
	for i := range curveSteps {
		b = binary.BigEndian.AppendUint16(b, uint16(math.Round(65535*transfer(float64(i)/(curveSteps-1)))))
	}
	return b
}

// iccDescription is a textDescriptionType with its ASCII part alone.
func iccDescription(s string) []byte {
	b := binary.BigEndian.AppendUint32([]byte("desc\x00\x00\x00\x00"), uint32(len(s)+1))
	b = append(b, s...)
	return append(b, make([]byte, 1+4+4+2+1+67)...)
}
