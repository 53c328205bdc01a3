package evidence

import "strings"

// HostPath returns the path on the host of a file that was handed in under name: the path itself if it names a drive,
// a drive folder made a drive (D/sites, c$\inetpub), and what begins at a folder inetpub on drive C. Of any other
// name the place is not known: ?\name.
func HostPath(name string) string {
	path := strings.TrimPrefix(strings.ReplaceAll(name, "/", `\`), `\\?\`)
	parts := strings.Split(strings.Trim(path, `\`), `\`)
	for i, part := range parts {
		letter := strings.TrimRight(part, ":$")
		isDrive := letter != part && isLetter(letter) || len(part) == 1 && part >= "C" && part <= "Z"
		if isDrive && i+1 < len(parts) {
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

func isLetter(s string) bool { return len(s) == 1 && s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z' }
