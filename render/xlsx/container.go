package xlsx

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strings"
)

// A signed workbook is a zip in one form only (APPNOTE.TXT 6.3.10): entries without gaps from the first byte on, local and
// central headers that say the same, no flags, no extra fields, no comments, no data descriptors, every time 1980-01-01
// 00:00. The parts of the signature are stored, all others deflated, so that nothing outside a deflated part's bytes can
// differ; those bytes are covered by the signature's container digest.
const (
	localSize   = 30
	centralSize = 46
	endSize     = 22

	localMark   = 0x04034b50
	centralMark = 0x02014b50
	endMark     = 0x06054b50

	zipVersion = 20     // deflate
	zipDate    = 0x0021 // 1980-01-01
	stored     = 0
	deflated   = 8
)

// Limits of what is read; the first two are those of a zip without the 64-bit extensions.
const (
	maxContainer = math.MaxUint32
	maxEntries   = 10_000
	maxName      = 255     // bytes
	maxUnpacked  = 2 << 30 // bytes of all parts together
	maxXML       = 64 << 20
)

// entry is a part of the container: where its bytes are and what they unpack to.
type entry struct {
	name         string
	crc          uint32
	packed, size uint32
	header       int64 // offset of the local header
	data         int64 // offset of the bytes
}

func (e entry) method() uint16 {
	if strings.HasPrefix(e.name, signatureFolder) {
		return stored
	}
	return deflated
}

// common appends the fields that both headers have, from the version on.
func (e entry) common(b []byte) []byte {
	b = binary.LittleEndian.AppendUint16(b, zipVersion)
	b = binary.LittleEndian.AppendUint16(b, 0) // flags
	b = binary.LittleEndian.AppendUint16(b, e.method())
	b = binary.LittleEndian.AppendUint16(b, 0) // time
	b = binary.LittleEndian.AppendUint16(b, zipDate)
	b = binary.LittleEndian.AppendUint32(b, e.crc)
	b = binary.LittleEndian.AppendUint32(b, e.packed)
	b = binary.LittleEndian.AppendUint32(b, e.size)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(e.name)))
	return binary.LittleEndian.AppendUint16(b, 0) // extra fields
}

func (e entry) local() []byte {
	b := binary.LittleEndian.AppendUint32(nil, localMark)
	return append(e.common(b), e.name...)
}

// directory returns all that follows the last entry: the central directory and its end.
func directory(entries []entry, offset int64) []byte {
	var b []byte
	for _, e := range entries {
		b = binary.LittleEndian.AppendUint32(b, centralMark)
		b = binary.LittleEndian.AppendUint16(b, zipVersion) // made by
		b = e.common(b)
		b = append(b, make([]byte, 10)...) // comment, disk, attributes
		b = binary.LittleEndian.AppendUint32(b, uint32(e.header))
		b = append(b, e.name...)
	}
	size := len(b)
	b = binary.LittleEndian.AppendUint32(b, endMark)
	b = append(b, 0, 0, 0, 0) // disks
	b = binary.LittleEndian.AppendUint16(b, uint16(len(entries)))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(entries)))
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	b = binary.LittleEndian.AppendUint32(b, uint32(offset))
	return append(b, 0, 0) // comment
}

// containerWriter writes the one form.
type containerWriter struct {
	out     bytes.Buffer
	entries []entry
}

// add appends a part whose bytes are packed already as its name demands.
func (w *containerWriter) add(name string, packed []byte, size uint64, crc uint32) error {
	if err := checkName(name); err != nil {
		return err
	}
	if uint64(w.out.Len())+uint64(len(packed))+size > maxContainer || len(w.entries) == maxEntries {
		return fmt.Errorf("%s: the workbook is too large to be signed", name)
	}
	e := entry{name: name, crc: crc, packed: uint32(len(packed)), size: uint32(size), header: int64(w.out.Len())}
	w.out.Write(e.local())
	e.data = int64(w.out.Len())
	w.out.Write(packed)
	w.entries = append(w.entries, e)
	return nil
}

// addText packs a part and appends it.
func (w *containerWriter) addText(name string, text []byte) error {
	packed := text
	if (entry{name: name}).method() == deflated {
		var b bytes.Buffer
		f, err := flate.NewWriter(&b, flate.DefaultCompression)
		if err != nil {
			return err
		}
		if _, err := f.Write(text); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
		packed = b.Bytes()
	}
	return w.add(name, packed, uint64(len(text)), crc32.ChecksumIEEE(text))
}

func (w *containerWriter) finish() []byte {
	w.out.Write(directory(w.entries, int64(w.out.Len())))
	return w.out.Bytes()
}

// container is an opened file of the one form.
type container struct {
	file    io.ReaderAt
	entries []entry
	purse   *effort

	packed  countingReader // used anew for each part
	inflate io.ReadCloser
}

// openContainer reads the headers, and refuses whatever is not in the one form.
func openContainer(file io.ReaderAt, size int64, purse *effort) (*container, error) {
	if size > maxContainer {
		return nil, fmt.Errorf("the file has %d bytes, more than a workbook may have", size)
	}
	c := &container{file: file, purse: purse}
	seen, at, unpacked := map[string]bool{}, int64(0), uint64(0)
	for {
		var mark [4]byte
		if err := readFull(file, mark[:], at); err != nil {
			return nil, err
		}
		if binary.LittleEndian.Uint32(mark[:]) != localMark {
			break
		}
		e, err := readLocal(file, at)
		if err != nil {
			return nil, err
		}
		folded := strings.ToLower(e.name)
		if seen[folded] {
			return nil, fmt.Errorf("%s: there are two parts of that name", e.name)
		}
		seen[folded] = true
		unpacked += uint64(e.size)
		at = e.data + int64(e.packed)
		if at > size || len(c.entries) == maxEntries || unpacked > maxUnpacked {
			return nil, fmt.Errorf("%s: the file's parts are too many or too large", e.name)
		}
		c.entries = append(c.entries, e)
	}
	if len(c.entries) == 0 {
		return nil, errors.New("byte 0: no part of a workbook begins here")
	}
	want := directory(c.entries, at)
	if size-at != int64(len(want)) {
		return nil, fmt.Errorf("byte %d: the zip directory has %d bytes, not the %d of its entries", at, size-at, len(want))
	}
	got := make([]byte, len(want))
	if err := readFull(file, got, at); err != nil {
		return nil, err
	}
	if !bytes.Equal(got, want) {
		return nil, fmt.Errorf("byte %d: the zip directory does not say what the entries say", at)
	}
	return c, nil
}

func readLocal(file io.ReaderAt, at int64) (entry, error) {
	fixed := make([]byte, localSize)
	if err := readFull(file, fixed, at); err != nil {
		return entry{}, err
	}
	name := make([]byte, binary.LittleEndian.Uint16(fixed[26:]))
	if len(name) > maxName {
		return entry{}, fmt.Errorf("byte %d: a part's name has %d bytes", at, len(name))
	}
	if err := readFull(file, name, at+localSize); err != nil {
		return entry{}, err
	}
	e := entry{
		name: string(name), header: at, data: at + localSize + int64(len(name)), crc: binary.LittleEndian.Uint32(fixed[14:]),
		packed: binary.LittleEndian.Uint32(fixed[18:]), size: binary.LittleEndian.Uint32(fixed[22:]),
	}
	if err := checkName(e.name); err != nil {
		return entry{}, err
	}
	if e.method() == stored && e.packed != e.size {
		return entry{}, fmt.Errorf("%s: the part is stored, but its sizes differ", e.name)
	}
	if !bytes.Equal(append(fixed, name...), e.local()) {
		return entry{}, fmt.Errorf("%s: the zip header is not as signed workbooks have it", e.name)
	}
	return e, nil
}

func readFull(file io.ReaderAt, b []byte, at int64) error {
	n, err := file.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return fmt.Errorf("byte %d: the zip ends too early", at)
	}
	return err
}

// checkName accepts part names (ECMA-376 part 2, 6.2.2.2) of letters, digits and . _ - / alone, besides
// [Content_Types].xml.
func checkName(name string) error {
	if name == contentTypes {
		return nil
	}
	ok := name != "" && len(name) <= maxName
	for segment := range strings.SplitSeq(name, "/") {
		ok = ok && segment != "" && !strings.HasSuffix(segment, ".")
	}
	for i := range len(name) {
		c := name[i]
		ok = ok && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("._-/", c) >= 0)
	}
	if !ok {
		return fmt.Errorf("%q: not a name of a part of a workbook", name)
	}
	return nil
}

// read gives the unpacked bytes of a part to f, and checks afterwards that they were exactly what the header says.
func (c *container) read(e entry, f func(io.Reader) error) error {
	if err := c.purse.spend(int64(e.size), 0, 0); err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	c.packed.from, c.packed.left, c.packed.n = io.NewSectionReader(c.file, e.data, int64(e.packed)), nil, 0
	var from io.Reader = &c.packed
	if e.method() == deflated {
		if c.inflate == nil {
			c.inflate = flate.NewReader(from)
		} else if err := c.inflate.(flate.Resetter).Reset(from, nil); err != nil {
			return err
		}
		from = c.inflate
	}
	sum := crc32.NewIEEE()
	limited := &io.LimitedReader{R: io.TeeReader(from, sum), N: int64(e.size) + 1}
	if err := f(limited); err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	if _, err := io.Copy(io.Discard, limited); err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	if limited.N != 1 || c.packed.n != int64(e.packed) || sum.Sum32() != e.crc {
		return fmt.Errorf("%s: the part does not unpack to what its zip header says", e.name)
	}
	return nil
}

// text returns a part whole.
func (c *container) text(e entry) ([]byte, error) {
	if e.size > maxXML {
		return nil, fmt.Errorf("%s: %d bytes are too many", e.name, e.size)
	}
	var text []byte
	err := c.read(e, func(r io.Reader) (err error) {
		text, err = io.ReadAll(r)
		return err
	})
	return text, err
}

// countingReader counts what the inflater took; being an io.ByteReader, it is never asked for more than is needed.
type countingReader struct {
	from   io.Reader
	buffer [1 << 15]byte
	left   []byte
	n      int64
}

func (r *countingReader) fill() error {
	if len(r.left) > 0 {
		return nil
	}
	n, err := r.from.Read(r.buffer[:])
	r.left = r.buffer[:n]
	if n > 0 {
		return nil
	}
	return err
}

func (r *countingReader) Read(p []byte) (int, error) {
	if err := r.fill(); err != nil {
		return 0, err
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	r.n += int64(n)
	return n, nil
}

func (r *countingReader) ReadByte() (byte, error) {
	if err := r.fill(); err != nil {
		return 0, err
	}
	b := r.left[0]
	r.left = r.left[1:]
	r.n++
	return b, nil
}
