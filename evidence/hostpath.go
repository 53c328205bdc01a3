package evidence

import "strings"

// HostPath returns the path on the host of a file that was handed in under name: the path itself if it names a drive,
// a drive folder made a drive (C/inetpub, c$\inetpub), and what begins at a folder inetpub on drive C. Of any other
// name the place is not known: ?\name.
func HostPath(name string) string {
	path := strings.TrimPrefix(strings.ReplaceAll(name, "/", `\`), `\\?\`)
	parts := strings.Split(strings.Trim(path, `\`), `\`)
	for i, part := range parts {
		letter := strings.TrimRight(part, ":$")
		if len(letter) == 1 && i+1 < len(parts) && isLetter(letter[0]) {
			return strings.ToUpper(letter) + `:\` + strings.Join(parts[i+1:], `\`)
		}
	}
	for i, part := range parts {
		if strings.EqualFold(part, "inetpub") && i+1 < len(parts) {
			return `C:\` + strings.Join(parts[i:], `\`)
		}
	}
	return `?\` + strings.Join(parts, `\`)
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
