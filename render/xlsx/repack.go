package xlsx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// epoch is the time of every part: the earliest that a zip can hold.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

const contentTypes = "[Content_Types].xml"

// repack writes f so that equal workbooks have equal bytes: [Content_Types].xml first and its defaults sorted, then the
// parts by name, all with one time. Compressed parts are copied as they are.
func repack(w io.Writer, f *excelize.File) error {
	var buffer bytes.Buffer
	if _, err := f.WriteTo(&buffer); err != nil {
		return err
	}
	in, err := zip.NewReader(bytes.NewReader(buffer.Bytes()), int64(buffer.Len()))
	if err != nil {
		return err
	}
	files := slices.Clone(in.File)
	slices.SortFunc(files, func(a, b *zip.File) int {
		if (a.Name == contentTypes) != (b.Name == contentTypes) {
			if a.Name == contentTypes {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	out := zip.NewWriter(w)
	for _, part := range files {
		if err := repackPart(out, part); err != nil {
			return fmt.Errorf("%s: %w", part.Name, err)
		}
	}
	return out.Close()
}

func repackPart(out *zip.Writer, part *zip.File) error {
	if part.Name == contentTypes {
		r, err := part.Open()
		if err != nil {
			return err
		}
		defer r.Close()
		text, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		to, err := out.CreateHeader(&zip.FileHeader{Name: part.Name, Method: zip.Deflate, Modified: epoch})
		if err != nil {
			return err
		}
		_, err = to.Write(sortDefaults(text))
		return err
	}
	raw, err := part.OpenRaw()
	if err != nil {
		return err
	}
	to, err := out.CreateRaw(&zip.FileHeader{
		Name: part.Name, Method: part.Method, CRC32: part.CRC32,
		CompressedSize64: part.CompressedSize64, UncompressedSize64: part.UncompressedSize64,
		ModifiedDate: 1<<5 | 1, // 1980-01-01 as MS-DOS counts
	})
	if err != nil {
		return err
	}
	_, err = io.Copy(to, raw)
	return err
}

var defaultEntry = regexp.MustCompile(`<Default [^>]*(?:/>|></Default>)`)

// sortDefaults sorts the Default entries, whose order has no meaning and is left to chance by the library.
func sortDefaults(text []byte) []byte {
	entries := defaultEntry.FindAll(text, -1)
	sorted := slices.Clone(entries)
	slices.SortFunc(sorted, bytes.Compare)
	i := 0
	return defaultEntry.ReplaceAllFunc(text, func([]byte) []byte {
		i++
		return sorted[i-1]
	})
}
