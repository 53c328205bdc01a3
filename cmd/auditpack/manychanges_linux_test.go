package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"auditpack/render"
)

// manyKeys is how many registry keys, of ten values each, the test of many changes has; AUDITPACK_MANY=all makes it 50,000
// changes.
func manyKeys() int {
	if os.Getenv("AUDITPACK_MANY") == "all" {
		return 5000
	}
	return 150
}

// manyValues writes an export of which every value is another one for every add.
func manyValues(t *testing.T, dir string, add int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("\ufeffWindows Registry Editor Version 5.00\r\n\r\n")
	for k := range manyKeys() {
		fmt.Fprintf(&b, "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Vendor%d\\Product\\Key%04d]\r\n", k%40, k)
		for v := range 10 {
			fmt.Fprintf(&b, "\"Value%d\"=dword:%08x\r\n", v, k*16+v+add)
		}
		b.WriteString("\r\n")
	}
	var wide []byte
	for _, u := range utf16.Encode([]rune(b.String())) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "software.reg"), wide, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestManyChanges packs two exports of which every value differs: the report stays short, the workbook holds each value
// with both of its forms and places, and the package is made again byte for byte. It says how long that took and how
// much memory.
func TestManyChanges(t *testing.T) {
	t.Parallel()
	const maxPages, maxMB = 99, 512
	n := 10 * manyKeys()
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		start := time.Now()
		cmd := exec.Command("auditpack", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		mb := float64(usage.Maxrss) / 1024
		if t.Logf("%s: %v, %.0f MB", args[0], time.Since(start).Round(time.Millisecond), mb); mb > maxMB {
			t.Errorf("%s took %.0f MB, want at most %d", args[0], mb, maxMB)
		}
	}
	manyValues(t, filepath.Join(dir, "b"), 0)
	manyValues(t, filepath.Join(dir, "a"), 1)
	run("import", "b", "-o", "before", "--host", "AUTOMATE01", "--captured", "2026-07-14T06:30:00Z")
	run("import", "a", "-o", "after", "--host", "AUTOMATE01", "--captured", "2026-10-20T06:30:00Z")
	run("pack", "after", "--before", "before", "--as-of", "2026-10-21T09:00:00Z", "--unsigned", "-o", "p")
	run("verify", "p", "--replay", "--unsigned-ok")

	report, err := os.ReadFile(filepath.Join(dir, "p/data/report.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	if pages := len(regexp.MustCompile(`/Type /Page\b`).FindAll(report, -1)); pages > maxPages || pages < 5 {
		t.Errorf("the report has %d pages, want at most %d", pages, maxPages)
	}
	rows := sheetOfChanges(t, filepath.Join(dir, "p/data/workbook.xlsx"))
	for k := range manyKeys() {
		for v := range 10 {
			value := uint32(k*16 + v)
			want := fmt.Sprintf("REG_DWORD 0x%08x (%d) → REG_DWORD 0x%08x (%d)", value, value, value+1, value+1)
			address := fmt.Sprintf(`registry:HKLM\SOFTWARE\Vendor%d\Product\Key%04d!Value%d`, k%40, k, v)
			if rows[address] != want {
				t.Fatalf("%s: the workbook has %q, want %q", address, rows[address], want)
			}
		}
	}
	if len(rows) < n {
		t.Errorf("the workbook has %d changes, want %d", len(rows), n)
	}
}

// sheetOfChanges reads the settings off the workbook's sheet of changes: before and after by address.
func sheetOfChanges(t *testing.T, path string) map[string]string {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.Rows(render.SheetChanges)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	changes := map[string]string{}
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		if len(cells) < 12 || cells[2] != "setting" {
			continue
		}
		for _, cell := range cells[10:12] {
			if !strings.HasPrefix(cell, "data/items/") || !strings.Contains(cell, ", byte ") {
				t.Fatalf("%s: cites %q", cells[0], cell)
			}
		}
		changes[cells[0]] = cells[5] + " → " + cells[6]
	}
	return changes
}
