package bag

import (
	"fmt"
	"strconv"
	"strings"
)

// TagManifestName is the one file that stands for the whole bag: its digest, and what a seal signs.
const TagManifestName = "tagmanifest-sha256.txt"

// The other names that have a meaning in every bag.
const (
	declarationName = "bagit.txt"
	infoName        = "bag-info.txt"
	manifestName    = "manifest-sha256.txt"
	payloadPrefix   = "data/"
	sealPrefix      = "seal/"
)

// MaxPath is the longest path inside a bag, in bytes. The top folder of a zip comes before it.
const MaxPath = 100

// MaxTop is the longest name of the top folder of a zip.
const MaxTop = 40

// devices are the names that Windows keeps for itself, whatever ending follows them.
var devices = map[string]bool{
	"con": true, "prn": true, "aux": true, "nul": true,
	"com0": true, "com1": true, "com2": true, "com3": true, "com4": true,
	"com5": true, "com6": true, "com7": true, "com8": true, "com9": true,
	"lpt0": true, "lpt1": true, "lpt2": true, "lpt3": true, "lpt4": true,
	"lpt5": true, "lpt6": true, "lpt7": true, "lpt8": true, "lpt9": true,
}

// CheckPath tells why path cannot name a file of a bag, or returns nil. A path is made of a–z 0–9 . _ - and
// slashes, has at most [MaxPath] bytes, and no part of it is empty, begins or ends with a dot, or is a device of Windows.
func CheckPath(path string) error {
	if err := checkPath(path); err != nil {
		return fmt.Errorf("%q: %w", shorten(path), err)
	}
	return nil
}

// checkPath is CheckPath for who names the path already.
func checkPath(path string) error {
	if len(path) > MaxPath {
		return fmt.Errorf("%d characters, the limit is %d", len(path), MaxPath)
	}
	for part := range strings.SplitSeq(path, "/") {
		if err := checkPart(part); err != nil {
			return err
		}
	}
	return nil
}

// checkTop tells why name cannot be the top folder of a zip.
func checkTop(name string) error {
	err := checkPart(name)
	if len(name) > MaxTop {
		err = fmt.Errorf("%d characters, the limit is %d", len(name), MaxTop)
	}
	if err != nil {
		return fmt.Errorf("top folder %q: %w", shorten(name), err)
	}
	return nil
}

// checkPart checks one name between slashes.
func checkPart(part string) error {
	if part == "" {
		return fmt.Errorf("an empty name")
	}
	for _, c := range []byte(part) {
		if !allowed(c) {
			return fmt.Errorf("only a-z 0-9 . _ - are allowed in a name")
		}
	}
	if part[0] == '.' || part[len(part)-1] == '.' {
		return fmt.Errorf("a name begins or ends with a dot")
	}
	stem, _, _ := strings.Cut(part, ".")
	if devices[stem] {
		return fmt.Errorf("%s is a device on Windows", stem)
	}
	return nil
}

func allowed(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-'
}

// sealed reports whether path is one of the closed list of names below seal/.
func sealed(path string) bool {
	name, ok := strings.CutPrefix(path, sealPrefix)
	if !ok {
		return false
	}
	if name == SignerName || name == TSAChainName {
		return true
	}
	rest, ok := strings.CutPrefix(name, TagManifestName+".")
	if !ok {
		return false
	}
	if rest == "p7s" || rest == "tsr" {
		return true
	}
	number, kind, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(number)
	return (kind == "p7s" || kind == "tsr") && err == nil && n >= 2 && n <= MaxSeals && strconv.Itoa(n) == number
}

// tagFile reports whether path is one that the tag manifest must list.
func tagFile(path string) bool {
	return path != TagManifestName && !strings.HasPrefix(path, payloadPrefix) && !strings.HasPrefix(path, sealPrefix)
}

// shorten keeps a message on one line when a name is absurdly long.
func shorten(s string) string {
	if len(s) <= MaxPath {
		return s
	}
	return s[:MaxPath] + "…"
}
