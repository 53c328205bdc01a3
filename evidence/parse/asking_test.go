package parse_test

import (
	"strings"

	"auditpack/evidence"
)

// asking returns a Want (see Source) for addresses: it is true for each of them, for everything below it, and for the
// registry key that holds it, so that the key's own place is kept and cited where the value is absent.
func asking(addresses ...evidence.Address) func(evidence.Address) bool {
	exact := map[string]bool{}
	var prefixes []string
	for _, a := range addresses {
		fold := string(a.Fold())
		exact[fold] = true
		if key, _, isValue := strings.Cut(fold, "!"); isValue && a.Kind() == "registry" {
			exact[key] = true
		} else {
			prefixes = append(prefixes, fold)
		}
	}
	return func(a evidence.Address) bool {
		fold := string(a.Fold())
		if exact[fold] {
			return true
		}
		for _, p := range prefixes {
			if strings.HasPrefix(fold, p) && (strings.HasSuffix(p, ":") || len(fold) > len(p) && strings.IndexByte(`\/!@:`, fold[len(p)]) >= 0) {
				return true
			}
		}
		return false
	}
}
