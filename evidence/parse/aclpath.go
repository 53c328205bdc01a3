package parse

import (
	"strings"

	"auditpack/evidence"
)

// aclPath returns a Windows path in the form that Addresses use: backslashes, no provider or long-path prefix, no
// backslash at the end save for a drive's root.
func aclPath(path string) string {
	if _, rest, ok := strings.Cut(path, "::"); ok { // Microsoft.PowerShell.Core\FileSystem::C:\LTShare
		path = rest
	}
	path = strings.ReplaceAll(strings.TrimSpace(path), "/", `\`)
	path = strings.TrimPrefix(path, `\\?\`)
	for len(path) > 3 && strings.HasSuffix(path, `\`) {
		path = path[:len(path)-1]
	}
	return path
}

// aclAddress returns the Address of the access list of a file or folder.
func aclAddress(path string) evidence.Address { return evidence.Address("acl:" + aclPath(path)) }

// aclRooted reports whether a path names its place by itself: C:\x, \\server\share.
func aclRooted(path string) bool {
	return len(path) >= 2 && (path[1] == ':' || strings.HasPrefix(path, `\\`))
}

// aclCommandPath completes the relative path that a tool printed from the arguments that it was called with: of
// "icacls C:\LTShare /save F" the file says only LTShare.
func aclCommandPath(item evidence.Item, path string) string {
	if aclRooted(path) || len(item.Command) == 0 {
		return path
	}
	first, _, _ := strings.Cut(path, `\`)
	for _, arg := range item.Command[1:] {
		arg = aclPath(arg)
		dir := strings.LastIndexByte(arg, '\\')
		if aclRooted(arg) && dir > 0 && strings.EqualFold(arg[dir+1:], first) {
			return arg[:dir+1] + path
		}
	}
	return path
}
