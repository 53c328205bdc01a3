package parse

import (
	"errors"
	"io"
	"net/url"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// What a web server answered, as curl -sI, -i and -v write it, or as a probe kept it: status line, headers, and maybe
// a body. Several responses may follow each other. What was asked comes, in this order, from a request in the file
// ("> HEAD /x HTTP/1.0" of curl -v, or the bare request line), from a line that holds the curl command (a comment, or
// a prompt that was copied along), from the Item's Command, from the Item's name (see requestFromName); the last two
// tell only about the first response. A probe keeps both behind lines that begin with "* " (see probehead.go); "Probed" names
// scheme, host and port.

const (
	maxHTTPBody      = 64 << 10 // of the body that is kept
	maxHTTPHeaders   = 500      // of one response
	maxHTTPResponses = 2000
	httpProlog       = 60 // lines before the first status line that a recogniser looks through
)

var httpFormat = &Format{
	Name:      "HTTP responses",
	Doc:       "what curl -sI, -i or -v writes, or a probe: status line, headers, body",
	Collector: "http",
	Kinds:     []string{"http"},
	Recognise: recogniseHTTP,
	Read:      readHTTP,
}

// recogniseHTTP wants a status line with nothing before it but what curl and people put there.
func recogniseHTTP(h Head) Match {
	headers, strange := 0, 0
	for i, text := range strings.SplitN(h.Text, "\n", httpProlog+1) {
		text = strings.TrimRight(text, "\r")
		if i == httpProlog {
			break
		}
		line, mark := httpMark(text)
		if _, ok := statusLine(line); ok {
			if strange > 0 {
				return Match{Sure: 50}
			}
			return Match{Sure: 90}
		}
		name, _, isHeader := headerLine(line)
		switch {
		case isHeader && httpHeaderNames[strings.ToLower(name)]:
			headers++
		case isHeader, mark != 0, strings.TrimSpace(line) == "", isRemark(line), strings.Contains(line, "curl"), isProgress(line):
		default:
			if _, ok := requestLine(line); !ok {
				strange++
			}
		}
	}
	if headers >= 2 && strange == 0 {
		return Match{Sure: 60, Refused: "HTTP headers without a status line: what kind of answer they belong to is not known"}
	}
	return Match{}
}

// httpHeaderNames are headers by which an answer without its status line is still known for one.
var httpHeaderNames = map[string]bool{
	"server": true, "content-type": true, "content-length": true, "x-powered-by": true, "location": true,
	"set-cookie": true, "x-aspnet-version": true, "cache-control": true, "etag": true, "www-authenticate": true,
}

// httpMark takes curl's mark off a line: '>' sent, '<' received, '*' remark; 0 for none.
func httpMark(line string) (rest string, mark byte) {
	if len(line) == 0 || strings.IndexByte("<>*", line[0]) < 0 {
		return line, 0
	}
	if len(line) == 1 {
		return "", line[0]
	}
	if line[1] == ' ' {
		return line[2:], line[0]
	}
	return line, 0
}

// isTyped reports whether a line looks typed at a prompt, or like a comment about what was typed.
func isTyped(line string) bool {
	for _, begin := range []string{"curl", "$ ", "# ", "PS "} {
		if strings.HasPrefix(line, begin) {
			return true
		}
	}
	return len(line) > 2 && line[1] == ':' && line[2] == '\\'
}

// isRemark reports whether a line outside of a response is a comment.
func isRemark(line string) bool {
	for _, mark := range []string{"#", "//", "::", "REM ", "rem "} {
		if strings.HasPrefix(line, mark) {
			return true
		}
	}
	return false
}

// isProgress reports whether line is part of curl's progress meter.
func isProgress(line string) bool {
	for _, part := range []string{"% Total", "Dload", "bytes data]"} {
		if strings.Contains(line, part) {
			return true
		}
	}
	return strings.Contains(line, "--:--:--") && strings.Trim(line, " 0123456789:-kMG.\r") == ""
}

// statusLine reads HTTP/1.1 301 Moved Permanently; the reason may be missing.
func statusLine(line string) (evidence.HTTPResponse, bool) {
	var r evidence.HTTPResponse
	proto, rest, _ := strings.Cut(line, " ")
	switch proto {
	case "HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/2.0", "HTTP/3":
	default:
		return r, false
	}
	code, reason, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	status, err := strconv.Atoi(code)
	if err != nil || len(code) != 3 || status < 100 || status > 599 {
		return r, false
	}
	r.Proto, r.Status, r.Reason = proto, status, strings.TrimSpace(reason)
	return r, true
}

// headerLine reads Name: value.
func headerLine(line string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(line, ":")
	if !ok || name == "" {
		return "", "", false
	}
	for _, c := range []byte(name) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`()<>@,;\"/[]?={}`, c) >= 0 {
			return "", "", false
		}
	}
	return name, strings.TrimSpace(value), true
}

func readHTTP(source Source, to evidence.Sink) error {
	r := &httpReader{item: source.Item, to: to, first: requestFromItem(source.Item)}
	lines := NewLineReader(source.Reader)
	for {
		line, err := lines.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return refuse("%v", err)
		}
		if err := r.line(line); err != nil {
			return err
		}
	}
	if r.current != nil && r.inHead && !r.marked {
		// A head that curl wrote ends in an empty line; -v with its marks aside, everything else was cut.
		r.problem(r.last, "the file ends inside the headers of a response: it was cut short")
	}
	r.finish()
	if r.emitted == 0 {
		return refuse("no response with a status line")
	}
	return nil
}

// httpReader is where readHTTP stands.
type httpReader struct {
	item    evidence.Item
	to      evidence.Sink
	first   evidence.HTTPRequest // from the Item; for the first response
	asked   evidence.HTTPRequest // from lines of the file; for the next response
	host    string               // from "* Connected to NAME"
	sending bool                 // inside of a request
	current *evidence.HTTPResponse
	inHead  bool
	marked  bool // current has '<' before each line
	echo    bool // inside the second copy of a head, which -v and -i together write
	count   int  // of responses begun
	emitted int
	text    strings.Builder // of the body
	seen    map[evidence.Address]int
	before  string // status line of the last response with marks
	last    Line
}

func (r *httpReader) line(line Line) error {
	r.last = line
	text, mark := httpMark(line.Text)
	if r.current != nil && !r.inHead && mark != 0 && !r.marked {
		text, mark = line.Text, 0 // a body may begin a line with anything
	}
	if mark == '*' {
		r.remark(text)
		return nil
	}
	if mark == '>' || (mark == 0 && r.sending) {
		return r.sent(line, text)
	}
	if response, ok := statusLine(text); ok {
		return r.begin(response, line, text, mark)
	}
	switch {
	case r.echo && mark == 0:
		r.echo = text != ""
	case r.current == nil:
		return r.prolog(line, text)
	case r.inHead && mark == 0 && r.marked:
		r.inHead = false
		r.body(line)
	case r.inHead:
		r.head(line, text)
	default:
		r.body(line)
	}
	return nil
}

func (r *httpReader) begin(response evidence.HTTPResponse, line Line, text string, mark byte) error {
	if mark == 0 && r.current != nil && r.marked && text == r.before && r.text.Len() == 0 {
		r.echo = true
		return nil
	}
	r.finish()
	if r.count++; r.count > maxHTTPResponses {
		return refuse("line %d: more than %d responses in one file", line.Number, maxHTTPResponses)
	}
	response.Request = r.request()
	response.Head = line.Cite(r.item)
	r.current, r.inHead, r.marked, r.before = &response, true, mark == '<', text
	r.text.Reset()
	return nil
}

// request returns what is known about the request of the response that begins.
func (r *httpReader) request() evidence.HTTPRequest {
	asked := r.asked
	r.asked = evidence.HTTPRequest{}
	if asked.From == "" && r.count == 1 {
		asked = r.first
	}
	if asked.Host == "" {
		asked.Host = r.host
	}
	if asked.Host == "" && r.count == 1 {
		asked.Host, asked.Scheme = r.first.Host, r.first.Scheme
	}
	return asked
}

// sent takes a line of a request.
func (r *httpReader) sent(line Line, text string) error {
	if request, ok := requestLine(text); ok {
		r.finish()
		request.Cite, request.From = line.Cite(r.item), "the request in the file"
		request.Scheme, request.NoHost = r.asked.Scheme, true
		r.asked, r.sending = request, true
		return nil
	}
	if text == "" {
		r.sending = false
		return nil
	}
	if name, value, ok := headerLine(text); ok && strings.EqualFold(name, "Host") {
		r.asked.NoHost = value == ""
		if value != "" {
			r.asked.Host = value
		}
	}
	return nil
}

// remark takes a line that curl -v or a probe marks with '*'.
func (r *httpReader) remark(text string) {
	for _, begin := range []string{"Connected to ", "Established connection to "} {
		if rest, ok := strings.CutPrefix(text, begin); ok {
			r.host, _, _ = strings.Cut(rest, " ")
		}
	}
	if rest, ok := strings.CutPrefix(text, "Probed "); ok && r.count == 0 {
		at, _, _ := strings.Cut(rest, " ")
		if u, err := url.Parse(at); err == nil && u.Host != "" {
			r.host, r.asked.Scheme = u.Host, u.Scheme
		}
	}
}

// prolog takes a line before the first response: a request, the command that was run, or talk.
func (r *httpReader) prolog(line Line, text string) error {
	if _, ok := requestLine(text); ok {
		return r.sent(line, text)
	}
	r.command(line, text)
	return nil
}

// command takes a line that may hold the curl command of the response that follows.
func (r *httpReader) command(line Line, text string) bool {
	request, ok := requestFromCurl(shellWords(text))
	if ok {
		request.Cite, request.From = line.Cite(r.item), "the command in the file"
		r.asked = request
	}
	return ok
}

// head takes a header line of the current response.
func (r *httpReader) head(line Line, text string) {
	if text == "" {
		r.inHead = false
		r.endHead(line)
		return
	}
	r.endHead(line)
	headers := r.current.Headers
	if folded := text[0] == ' ' || text[0] == '\t'; folded && len(headers) > 0 {
		h := &headers[len(headers)-1]
		h.Value = strings.TrimSpace(h.Value + " " + strings.TrimSpace(text))
		h.Cite.Length = line.Offset + line.Length - h.Cite.Offset
		return
	}
	name, value, ok := headerLine(text)
	switch {
	case !ok:
		r.problem(line, "not a header line: "+text)
	case len(headers) >= maxHTTPHeaders:
		r.problem(line, "more headers than any server sends")
	default:
		r.current.Headers = append(headers, evidence.HTTPHeader{Name: name, Value: value, Cite: line.Cite(r.item)})
	}
}

// endHead lets the Citation of the head reach to line.
func (r *httpReader) endHead(line Line) {
	r.current.Head.Length = line.Offset + line.Length - r.current.Head.Offset
}

// body takes a line of the body, or the command of the next request, which may follow. Whatever comes after such a line
// still counts as body until a status line begins the next response: a page may quote commands too.
func (r *httpReader) body(line Line) {
	if isTyped(line.Text) && r.command(line, line.Text) {
		return
	}
	if r.text.Len() == 0 {
		if strings.TrimSpace(line.Text) == "" {
			return
		}
		r.current.Answer = line.Cite(r.item)
	}
	if r.text.Len()+len(line.Text)+1 > maxHTTPBody {
		r.current.Cut = true
		return
	}
	r.text.WriteString(line.Text + "\n")
	r.current.Answer.Length = line.Offset + line.Length - r.current.Answer.Offset
}

// finish emits the current response. Interim ones (100 Continue, a proxy's answer to CONNECT) are no answer to what was
// asked: the request goes on to the next.
func (r *httpReader) finish() {
	response := r.current
	r.current, r.inHead, r.echo = nil, false, false
	if response == nil {
		return
	}
	if response.Status < 200 || strings.EqualFold(response.Reason, "Connection established") {
		r.asked = response.Request
		return
	}
	response.Body = r.text.String()
	r.emitted++
	address := response.Request.Address()
	if response.Request.Path == "" {
		address += evidence.Address(",in " + lastElement(r.item.Name)) // two unknown requests are not one
	}
	if r.seen == nil {
		r.seen = map[evidence.Address]int{}
	}
	r.seen[address]++
	if n := r.seen[address]; n > 1 {
		address += evidence.Address("~" + strconv.Itoa(n))
	}
	r.to.Setting(evidence.Setting{Address: address, Value: *response, Cite: response.Head})
}

func (r *httpReader) problem(line Line, message string) {
	if len(message) > 200 {
		message = message[:200]
	}
	r.to.Problem(evidence.Problem{Scope: r.current.Request.Address(), Message: strings.ToValidUTF8(message, ""), Cite: line.Cite(r.item)})
}
