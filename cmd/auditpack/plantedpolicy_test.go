package main

import (
	"bytes"
	"slices"
	"testing/fstest"
)

const secedit = "policy/secedit.cfg"

// tcb are the two Controls about the right to act as part of the operating system.
const (
	tcbFails    = "act-as-part-of-os=fail stig5-verify-effective-user-rights=fail"
	tcbOpen     = "act-as-part-of-os=review|uncollected stig5-verify-effective-user-rights=review|uncollected"
	tcbReviewed = "act-as-part-of-os=review stig5-verify-effective-user-rights=review"
)

func plantedPolicy() []plant {
	const at = "SeTimeZonePrivilege = *S-1-5-19,*S-1-5-32-544\n"
	tcb := func(name, line, want string) plant { return swap(name, secedit, at, at+line, want) }
	return []plant{
		tcb("secedit right given", "SeTcbPrivilege = *S-1-5-32-544\n", tcbFails),
		tcb("secedit right given by name", "SeTcbPrivilege = visitor\n", tcbFails),
		tcb("secedit right in lower case", "setcbprivilege = *S-1-5-21-1-2-3-1008\n", tcbFails),
		tcb("secedit right empty", "SeTcbPrivilege =\n", ""),
		tcb("secedit right with a broken SID", "SeTcbPrivilege = *S-1-5-x\n", tcbReviewed),
		tcb("secedit right twice, empty last", "SeTcbPrivilege = *S-1-5-32-544\nSeTcbPrivilege =\n",
			"act-as-part-of-os=review|fail stig5-verify-effective-user-rights=review|fail"),
		tcb("secedit right commented out", "; SeTcbPrivilege = *S-1-5-32-544\n", ""),
		{"secedit without [Privilege Rights]", func(s *server) {
			whole := s.files[secedit].Data
			s.cut(secedit, "[Privilege Rights]")
			version := bytes.Index(whole, inUTF16("[Version]"))
			s.files[secedit] = &fstest.MapFile{Data: slices.Concat(s.files[secedit].Data, whole[version:])}
		}, tcbOpen},
		swap("secedit registry value twice", secedit, "RestrictAnonymous=4,1\n",
			"RestrictAnonymous=4,0\nMACHINE\\System\\CurrentControlSet\\Control\\Lsa\\RestrictAnonymous=4,1\n", "stig1-anon-enum-sam-shares=review"),
		swap("secedit with [Version] in front", secedit, "[Unicode]\nUnicode=yes\n", "[Version]\nsignature=\"$CHICAGO$\"\nRevision=1\n[Unicode]\nUnicode=yes\n", tcbOpen),
		{"secedit cut before [Version]", func(s *server) { s.cut(secedit, "[Version]") }, tcbOpen},
		{"secedit cut inside the rights", func(s *server) { s.cut(secedit, "SeSecurityPrivilege") }, tcbOpen},
		{"secedit empty", func(s *server) { s.files[secedit] = &fstest.MapFile{} }, tcbOpen},
		{"secedit missing", func(s *server) { delete(s.files, secedit) }, tcbOpen},
		{"secedit twice, one with a holder", func(s *server) {
			s.files["policy/secedit-merged.cfg"] = s.files[secedit]
			s.replace("policy/secedit-merged.cfg", at, at+"SeTcbPrivilege = *S-1-5-32-544\n")
		}, tcbReviewed},
		{"secedit right in a second section of the name", func(s *server) {
			s.replace(secedit, "[Version]\n", "[Registry Values]\n[Privilege Rights]\nSeTcbPrivilege = *S-1-1-0\n[Version]\n")
		}, "act-as-part-of-os=review|fail|uncollected stig5-verify-effective-user-rights=review|fail|uncollected"},
	}
}
