package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf16"

	"auditpack/evidence/snapshot"
	"auditpack/templates"
)

// fleetHost is a server made of the sample's raw files, with another name and whatever change does to its bytes.
type fleetHost struct {
	name   string
	folder string // of the sample: after, or before
	change func(files fstest.MapFS)
}

// files returns the raw files of the host.
func (h fleetHost) files(t testing.TB) fstest.MapFS {
	t.Helper()
	from, err := fs.Sub(templates.FS, "sample/"+h.folder)
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	err = fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(from, name)
		files[name] = &fstest.MapFile{Data: renamed(data, "AUTOMATE01", h.name)}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if h.change != nil {
		h.change(files)
	}
	return files
}

// renamed puts another name into text of either encoding, in either case.
func renamed(data []byte, from, to string) []byte {
	for _, as := range []func(string) string{strings.ToUpper, strings.ToLower} {
		data = bytes.ReplaceAll(data, []byte(as(from)), []byte(as(to)))
		data = bytes.ReplaceAll(data, utf16Bytes(as(from)), utf16Bytes(as(to)))
	}
	return data
}

// edit replaces text in one raw file, in the file's own encoding; text that is not there is a mistake of the test.
func edit(t testing.TB, files fstest.MapFS, name, from, to string) {
	t.Helper()
	f, ok := files[name]
	if !ok {
		t.Fatalf("there is no %s to edit", name)
	}
	for _, as := range []func(string) []byte{func(s string) []byte { return []byte(s) }, utf16Bytes} {
		if bytes.Contains(f.Data, as(from)) {
			f.Data = bytes.ReplaceAll(f.Data, as(from), as(to))
			return
		}
	}
	t.Fatalf("%s: %q is not in it", name, from)
}

// without removes the raw files below folders.
func without(files fstest.MapFS, folders ...string) {
	for name := range files {
		for _, folder := range folders {
			if name == folder || strings.HasPrefix(name, folder+"/") {
				delete(files, name)
			}
		}
	}
}

func utf16Bytes(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

// ballast adds a registry export that brings the evidence of a host to about size bytes: keys that no check asks for.
func ballast(files fstest.MapFS, host, size int) {
	for _, f := range files {
		size -= len(f.Data)
	}
	var s strings.Builder
	s.WriteString("\ufeffWindows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Vendors]\r\n\r\n")
	for i := 0; 2*s.Len() < size; i++ {
		fmt.Fprintf(&s, "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Vendors\\Vendor %d\\Component %05d]\r\n\"Path\"=\"C:\\\\Program Files\\\\Vendor\\\\part-%x\"\r\n\"Flags\"=dword:%08x\r\n\r\n",
			i%7, i, (host+1)*(i+7)*2654435761, i*host)
	}
	files["registry/software-vendor.reg"] = &fstest.MapFile{Data: utf16Bytes(s.String())}
}

// writeFleetHost makes a snapshot of a host below dir and returns its path.
func writeFleetHost(t testing.TB, dir string, h fleetHost) string {
	t.Helper()
	about, err := loadSample()
	if err != nil {
		t.Fatal(err)
	}
	taken := about.Snapshots[1].Captured
	if h.folder == "before" {
		taken = about.Snapshots[0].Captured
	}
	dest := filepath.Join(dir, path.Join(strings.ToLower(h.name)+"-"+h.folder))
	_, err = snapshot.ImportFS(t.Context(), h.files(t), h.folder, snapshot.ImportOptions{
		Dest: dest, Host: h.name, By: about.Operator, Tool: "auditpack " + version, Taken: taken.UTC(), Recognise: recognise,
	})
	if err != nil {
		t.Fatal(err)
	}
	return dest
}

// threeHosts are the sample's server, one of a domain without IIS, and one of whose evidence a part is missing.
func threeHosts(t testing.TB) []fleetHost {
	return []fleetHost{
		{"WEB01", "after", nil},
		{"MEMBER01", "after", func(files fstest.MapFS) {
			without(files, "iis", "inetpub", "http", "registry/inetstp.reg", "control")
			edit(t, files, "system/systeminfo.txt", "Standalone Server", "Member Server")
			edit(t, files, "system/systeminfo.txt", "WORKGROUP", "example.com")
		}},
		{"FILES01", "after", func(files fstest.MapFS) {
			without(files, "policy", "network", "registry/lsa.reg")
		}},
	}
}
