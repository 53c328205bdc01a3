package reduce

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"auditpack/evidence"
)

// pass divides what is left of a text into what it has masked and what the next one is to look at.
type pass func(*masker, string) []piece

// passes go over a text one after the other, each over what those before it have left. What has a form of its own comes
// first; the last one lets stay what is known.
var passes = []pass{
	(*masker).itemPaths,
	(*masker).userFolders,
	(*masker).shares,
	(*masker).find,
	(*masker).urls,
	(*masker).sids,
	(*masker).mails,
	(*masker).cards,
	(*masker).longAddresses,
	(*masker).addresses,
	(*masker).bytes,
	(*masker).chunks,
}

// each masks what a pattern finds, or lets it stay where mask returns "".
func each(s string, pattern *regexp.Regexp, mask func(found string, before, after string) string) []piece {
	var out []piece
	begin := 0
	for _, at := range pattern.FindAllStringIndex(s, -1) {
		if m := mask(s[at[0]:at[1]], s[:at[0]], s[at[1]:]); m != "" {
			out = append(out, piece{text: s[begin:at[0]]}, piece{m, true})
			begin = at[1]
		}
	}
	return append(out, piece{text: s[begin:]})
}

// itemPath is the path of an item within its snapshot.
var itemPath = regexp.MustCompile(`data/items/[a-z0-9_-]+/[a-z0-9._-]*[a-z0-9_-]`)

func (m *masker) itemPaths(s string) []piece {
	return each(s, itemPath, func(found, _, _ string) string {
		if m.items[found] {
			return found
		}
		return ""
	})
}

// userFolder is what lies below the folder of a user's files. Names have blanks in them: it ends where a text must.
var userFolder = regexp.MustCompile(`(?i)[a-z]:[\\/]+(?:users|documents and settings)[\\/]+[^"';,()<>|\[\]{}=\r\n\t→]+`)

func (m *masker) userFolders(s string) []piece {
	return each(s, userFolder, func(found, _, _ string) string {
		return m.mask(path, strings.TrimRight(found, " .:"))
	})
}

// share is a UNC path.
var share = regexp.MustCompile(`\\\\[^\s"';,()<>|\[\]{}=→]+`)

func (m *masker) shares(s string) []piece {
	return each(s, share, func(found, before, _ string) string {
		if strings.HasSuffix(before, `\`) || !strings.ContainsFunc(found, wordRune) {
			return ""
		}
		return m.mask(path, strings.TrimRight(found, ".:"))
	})
}

// site is the host in a URL.
var site = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://[^\s"'<>|;,(){}=]+`)

func (m *masker) urls(s string) []piece {
	var out []piece
	for _, p := range each(s, site, func(found, _, _ string) string { return found }) {
		if !p.done {
			out = append(out, p)
			continue
		}
		scheme, rest, _ := strings.Cut(p.text, "://")
		if !m.known.all(scheme) {
			scheme = m.mask(text, scheme)
		}
		end := strings.IndexAny(rest, "/?#")
		if end < 0 {
			end = len(rest)
		}
		out = append(out, piece{scheme + "://", true})
		out = append(out, m.authority(rest[:end])...)
		out = append(out, piece{text: rest[end:]})
	}
	return out
}

// authority masks user and host of a URL; an address is left to the pass for these.
func (m *masker) authority(s string) []piece {
	var out []piece
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		out = append(out, piece{m.mask(account, s[:i]) + "@", true})
		s = s[i+1:]
	}
	s, tail := strings.TrimRight(s, ".:"), s[len(strings.TrimRight(s, ".:")):]
	name, port := s, ""
	if i := strings.LastIndexByte(s, ':'); i >= 0 && plain.MatchString(s[i+1:]) {
		name, port = s[:i], s[i:]
	}
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil || name == "" || strings.EqualFold(name, "localhost") {
		return append(out, piece{text: s + tail})
	}
	return append(out, piece{m.mask(host, name) + port + tail, true})
}

var sid = regexp.MustCompile(`(?i)\bS-1-[0-9]+(?:-[0-9]+)*`)

func (m *masker) sids(s string) []piece {
	return each(s, sid, func(found, _, _ string) string {
		if is := evidence.SID(strings.ToUpper(found)); is.Name() != "" && !strings.HasPrefix(string(is), "S-1-5-21-") {
			return found
		}
		return m.mask(account, found)
	})
}

var mail = regexp.MustCompile(`[\pL\pN._%+$-]+@[\pL\pN-]+(?:\.[\pL\pN-]+)+`)

func (m *masker) mails(s string) []piece {
	return each(s, mail, func(found, _, _ string) string { return m.mask(account, found) })
}

// card is an address of a network card.
var card = regexp.MustCompile(`(?i)\b[0-9a-f]{2}(?:(?:-[0-9a-f]{2}){5}|(?::[0-9a-f]{2}){5})\b`)

func (m *masker) cards(s string) []piece {
	return each(s, card, func(found, _, _ string) string { return m.mask(address, found) })
}

// ip6 is what may be an address of IPv6.
var ip6 = regexp.MustCompile(`(?i)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.[0-9]{1,3}){0,3}(?:%[a-z0-9]+)?`)

func (m *masker) longAddresses(s string) []piece {
	return each(s, ip6, func(found, before, after string) string {
		last, _ := utf8.DecodeLastRuneInString(before)
		next, _ := utf8.DecodeRuneInString(after)
		if _, err := netip.ParseAddr(found); err != nil || wordRune(last) || wordRune(next) {
			return ""
		}
		if stays(found) {
			return found
		}
		return m.mask(address, found)
	})
}

// ip4 is what may be an address of IPv4, also with more behind it, or a part of one with a sign for any.
var ip4 = regexp.MustCompile(`(?i)[0-9]+(?:\.[0-9]+){3,}|[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}(?:\.[%*x])+`)

func (m *masker) addresses(s string) []piece {
	return each(s, ip4, func(found, before, after string) string {
		last, _ := utf8.DecodeLastRuneInString(before)
		next, _ := utf8.DecodeRuneInString(after)
		switch {
		case wordRune(last) || wordRune(next):
			return "" // a part of a word, which is not known
		case stays(found):
			return found
		}
		if !strings.ContainsAny(found, "%*xX") && !holdsAddress(strings.Split(found, ".")) {
			return "" // a version
		}
		return m.mask(address, found)
	})
}

// holdsAddress reports whether four numbers side by side are those of an address.
func holdsAddress(parts []string) bool {
	run := 0
	for _, part := range parts {
		if n, err := strconv.Atoi(part); err != nil || n > 255 {
			run = 0
		} else if run++; run == 4 {
			return true
		}
	}
	return false
}

// stays reports whether an address is the same on every host: loopback, unspecified, broadcast, a mask.
func stays(s string) bool {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return false
	}
	a = a.Unmap()
	if a.IsLoopback() || a.IsUnspecified() {
		return true
	}
	if !a.Is4() {
		return false
	}
	b := a.As4()
	bits := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	return b[0] == 255 && ^bits&(^bits+1) == 0 // ones, then zeros
}

// hexBytes are bytes one by one, in which text can hide.
var hexBytes = regexp.MustCompile(`(?i)\b[0-9a-f]{2}(?:[ ,:-][0-9a-f]{2}){5,}\b`)

func (m *masker) bytes(s string) []piece {
	return each(s, hexBytes, func(found, _, _ string) string {
		if strings.Contains(found, " ") && !strings.ContainsAny(strings.ToLower(found), "abcdef") {
			return "" // numbers
		}
		return m.mask(text, found)
	})
}

// delimiter reports whether a character stands between chunks.
func delimiter(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("\"“”‘’';,()<>|[]{}=+→·…*#!?&^`", r)
}

// chunks masks the chunks that are not known, those side by side as one.
func (m *masker) chunks(s string) []piece {
	var out []piece
	for s != "" {
		end := strings.IndexFunc(s, delimiter)
		if end < 0 {
			end = len(s)
		}
		if end == 0 {
			_, size := utf8.DecodeRuneInString(s)
			out = append(out, piece{s[:size], true})
			s = s[size:]
			continue
		}
		cut := strings.HasPrefix(s[end:], "…") // the rest of it is not there: what is may be known by chance
		if !cut && m.known.all(s[:end]) {
			out = append(out, piece{s[:end], true})
			s = s[end:]
			continue
		}
		if bare(s[:end]) && !cut {
			end = m.beside(s, end)
			tail := strings.TrimRight(s[:end], ".:-_")
			out = append(out, piece{m.mask(text, tail) + s[len(tail):end], true})
		} else {
			out = append(out, piece{m.chunk(s[:end]), true})
		}
		s = s[end:]
	}
	return out
}

// beside returns where the unknown words end that follow an unknown word, one blank apart.
func (m *masker) beside(s string, end int) int {
	for {
		rest, ok := strings.CutPrefix(s[end:], " ")
		if !ok {
			return end
		}
		next := strings.IndexFunc(rest, delimiter)
		if next < 0 {
			next = len(rest)
		}
		if next == 0 || m.known.all(rest[:next]) || !bare(rest[:next]) || strings.HasPrefix(rest[next:], "…") {
			return end
		}
		end += 1 + next
	}
}

// bare reports whether a chunk has no form but that of a word.
func bare(s string) bool { return !strings.ContainsAny(strings.TrimRight(s, ".:"), `\/.:@`) }

// dotted is a name of labels with dots between, the last one of letters.
var dotted = regexp.MustCompile(`^[\pL\pN_-]+(?:\.[\pL\pN_-]+)*\.[\pL]{2,}$`)

// files are endings by which a dotted name is that of a file.
var files = regexp.MustCompile(`(?i)\.(?:exe|dll|sys|msi|cmd|bat|ps1|vbs|config|ini|cnf|reg|txt|csv|json|xml|log|sddl|inf|zip|cer|pem|aspx?|html?|js|cklb?)$`)

// chunk masks a chunk that is not known, by its form.
func (m *masker) chunk(s string) string {
	body := strings.TrimRight(s, ".:")
	tail := s[len(body):]
	if i := strings.IndexByte(body, ':'); i > 1 && i+1 < len(body) && m.known.all(body[:i]) && bare(body[:i]) { // the kind of an address
		return body[:i+1] + m.rest(body[i+1:]) + tail
	}
	switch {
	case strings.HasPrefix(body, `\`) && !strings.ContainsAny(body[1:], `\/`): // after the name of the server
		return `\` + m.mask(account, body[1:]) + tail
	case strings.Count(body, `\`) == 1 && !strings.ContainsAny(body, "/:%"):
		return m.mask(account, body) + tail
	case strings.ContainsAny(body, `\/`):
		head := m.head(body)
		return head + m.mask(path, body[len(head):]) + tail
	case dotted.MatchString(body) && files.MatchString(body):
		return m.mask(path, body) + tail
	case dotted.MatchString(body):
		return m.mask(host, body) + tail
	}
	if i := strings.LastIndexByte(body, ':'); i > 0 && plain.MatchString(body[i+1:]) { // a port
		return m.chunk(body[:i]) + body[i:] + tail
	}
	return m.mask(text, body) + tail
}

// rest masks what follows the kind of an address.
func (m *masker) rest(s string) string {
	if m.known.all(s) {
		return s
	}
	return m.chunk(s)
}

// head returns the parts of a path, with their separators, up to the first one that is not known.
func (m *masker) head(s string) string {
	begin := 0
	for i, r := range s {
		if r != '\\' && r != '/' {
			continue
		}
		if !m.known.all(s[begin:i]) {
			return s[:begin]
		}
		begin = i + 1
	}
	return s[:begin]
}
