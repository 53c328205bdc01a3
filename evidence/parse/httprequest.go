package parse

import (
	"net/url"
	"strings"

	"auditpack/evidence"
)

// requestLine reads HEAD /path HTTP/1.0.
func requestLine(line string) (evidence.HTTPRequest, bool) {
	parts := strings.Split(line, " ")
	if len(parts) != 3 || !strings.HasPrefix(parts[2], "HTTP/") || parts[0] == "" || strings.Trim(parts[0], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return evidence.HTTPRequest{}, false
	}
	r := evidence.HTTPRequest{Method: parts[0], Proto: parts[2], Path: parts[1]}
	if u, err := url.Parse(parts[1]); err == nil && u.Host != "" {
		r.Scheme, r.Host, r.Path = u.Scheme, u.Host, pathOf(u)
	}
	return r, true
}

func pathOf(u *url.URL) string {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return path
}

// requestFromItem tells what an Item's command line or name says about its first request.
func requestFromItem(item evidence.Item) evidence.HTTPRequest {
	if r, ok := requestFromCurl(item.Command); ok {
		r.From = "the command line of the capture"
		return r
	}
	return requestFromName(item.Name)
}

// requestFromCurl reads a curl command line that may have anything before the program: a comment sign, a prompt.
// Of its options it knows those that change what is sent.
func requestFromCurl(words []string) (evidence.HTTPRequest, bool) {
	r := evidence.HTTPRequest{Method: "GET"}
	start := -1
	for i, w := range words {
		name := strings.ToLower(w)
		name = strings.TrimSuffix(name[strings.LastIndexAny(name, `/\>$`)+1:], ".exe")
		if name == "curl" {
			start = i + 1
			break
		}
	}
	if start < 0 {
		return r, false
	}
	for i := start; i < len(words); i++ {
		w := words[i]
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		switch {
		case w == "--http1.0" || w == "-0":
			r.Proto = "HTTP/1.0"
		case w == "--http1.1":
			r.Proto = "HTTP/1.1"
		case w == "--http2":
			r.Proto = "HTTP/2"
		case w == "--head":
			r.Method = "HEAD"
		case (w == "-X" || w == "--request") && next != "":
			r.Method = strings.ToUpper(next)
			i++
		case w == "-H" || w == "--header":
			i++
			// Host with nothing after the colon: curl then sends no Host header at all.
			if name, value, ok := headerLine(next); ok && strings.EqualFold(name, "Host") {
				r.NoHost = value == ""
			}
		case strings.HasPrefix(w, "-") && !strings.HasPrefix(w, "--"): // several short options in one: -sI0
			if strings.Contains(w, "I") {
				r.Method = "HEAD"
			}
			if strings.Contains(w, "0") {
				r.Proto = "HTTP/1.0"
			}
			if !shortFlags(w[1:]) {
				i++ // the last one takes a value
			}
		default:
			u, err := url.Parse(w)
			if err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
				r.Scheme, r.Host, r.Path = u.Scheme, u.Host, pathOf(u)
			}
		}
	}
	return r, r.Host != ""
}

// shortFlags reports whether all of curl's short options in s stand alone; others take the next word as their value.
func shortFlags(s string) bool { return strings.Trim(s, "sSIikvLlgfGjnNOqR012346#a") == "" }

// shellWords splits a command line at blanks outside of quotes. A line without the word curl has no words.
func shellWords(line string) []string {
	if len(line) > 8<<10 || !strings.Contains(strings.ToLower(line), "curl") {
		return nil
	}
	var words []string
	var word strings.Builder
	var quote rune
	begun := false
	for _, c := range line {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '"' || c == '\'':
			quote, begun = c, true
		case c == ' ' || c == '\t':
			if begun {
				words = append(words, word.String())
				word.Reset()
			}
			begun = false
		default:
			word.WriteRune(c)
			begun = true
		}
	}
	if begun {
		words = append(words, word.String())
	}
	return words
}

// requestFromName reads the name that a file was handed in under, where it follows this convention: "http" or
// "https", then maybe the host, then the path, then words for how it was asked, all joined by "-":
//
//	http-aspnet_client-http10-nohost.txt                          HEAD /aspnet_client, HTTP/1.0, no Host header
//	https-automate.example.com-labtech+agent-get.txt              GET https://automate.example.com/labtech/agent
//	http-root-options.txt                                         OPTIONS /
//
// A host is a part with a dot; "+" stands for a slash, "root" for the path "/". The words are head, get, post, options,
// trace, http10, http11, http2, nohost. Without a method HEAD is taken where http10 and nohost stand (the guide's
// command), else the method is unknown. A name is a hint by whoever gave it; the Reason of a Verdict says so.
func requestFromName(name string) evidence.HTTPRequest {
	base := strings.ToLower(lastElement(name))
	for _, end := range []string{".txt", ".log", ".out", ".http", ".headers"} {
		base = strings.TrimSuffix(base, end)
	}
	scheme, rest, found := strings.Cut(base, "-")
	if !found || (scheme != "http" && scheme != "https") {
		return evidence.HTTPRequest{}
	}
	r := evidence.HTTPRequest{From: "the name of the file"}
	parts := strings.Split(rest, "-")
	for len(parts) > 0 && nameWord(&r, parts[len(parts)-1]) {
		parts = parts[:len(parts)-1]
	}
	rest = strings.Join(parts, "-")
	if dot := strings.LastIndexByte(rest, '.'); dot >= 0 {
		r.Scheme = scheme
		if end := strings.IndexByte(rest[dot:], '-'); end >= 0 {
			r.Host, rest = rest[:dot+end], rest[dot+end+1:]
		} else {
			r.Host, rest = rest, ""
		}
	}
	if rest == "root" {
		rest = ""
	}
	r.Path = "/" + strings.ReplaceAll(rest, "+", "/")
	if r.Method == "" && r.NoHost && r.Proto == "HTTP/1.0" {
		r.Method = "HEAD"
	}
	return r
}

// nameWord takes one word about how was asked; it reports false for anything else.
func nameWord(r *evidence.HTTPRequest, word string) bool {
	switch word {
	case "head", "get", "post", "options", "trace":
		r.Method = strings.ToUpper(word)
	case "http10":
		r.Proto = "HTTP/1.0"
	case "http11":
		r.Proto = "HTTP/1.1"
	case "http2":
		r.Proto = "HTTP/2"
	case "nohost":
		r.NoHost = true
	default:
		return false
	}
	return true
}
