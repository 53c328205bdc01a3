package evidence_test

import (
	"testing"

	"auditpack/evidence"
)

func TestAccessLabel(t *testing.T) {
	for access, want := range map[evidence.Access]string{
		evidence.FullControl:                   "Full control",
		evidence.Modify:                        "Modify",
		evidence.Modify | 0x40000:              "Modify, Change permissions",
		evidence.ReadAndExecute:                "Read & execute",
		evidence.ReadAndExecute | 0x2:          "Read & execute, Create files / write data",
		evidence.ReadAndExecute | 0x116:        "Read & execute, Write",
		evidence.ReadOnly | evidence.WriteOnly: "Read, Write",
		0x4:                                    "Create folders / append data",
		0x100000:                               "nothing",
		0:                                      "nothing",
		0x2000000:                              "special 0x2000000",
	} {
		if got := access.Label(); got != want {
			t.Errorf("0x%x: %q, want %q", uint32(access), got, want)
		}
	}
}

func TestInheritanceLabel(t *testing.T) {
	for flags, want := range map[evidence.Inheritance]string{
		0:      "this folder only",
		3:      "this folder, subfolders and files",
		2:      "this folder and subfolders",
		1:      "this folder and files",
		3 | 8:  "subfolders and files",
		1 | 8:  "files only",
		8:      "nowhere",
		16 | 3: "this folder, subfolders and files, inherited",
		4 | 3:  "this folder, subfolders and files, one level down",
	} {
		if got := flags.Label(); got != want {
			t.Errorf("%d: %q, want %q", flags, got, want)
		}
	}
}
