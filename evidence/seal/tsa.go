package seal

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"auditpack/evidence"
)

// What an authority's answer may be like (RFC 3161, 3.4).
const (
	mediaQuery   = "application/timestamp-query"
	mediaReply   = "application/timestamp-reply"
	maxReply     = 64 << 10 // bytes
	tsaTimeout   = 15 * time.Second
	nonceBytes   = 8
	maxAuthority = 10 // URLs
)

// AuthorityOptions of NewAuthority.
type AuthorityOptions struct {
	Timeout time.Duration     // of one request to one URL; zero: 15 seconds
	Client  http.RoundTripper // how requests travel; nil: http.DefaultTransport
	Nonce   io.Reader         // random bytes; nil: crypto/rand
}

// Authority is the client of one or several timestamp authorities, a Stamper over HTTP (RFC 3161, 3.4).
type Authority struct {
	urls []string
	o    AuthorityOptions
}

// NewAuthority returns a client that asks the URLs in turn until one gives a timestamp. Only http and https are spoken; http
// is usual and does no harm, since the answer is signed and holds a nonce.
func NewAuthority(urls []string, o AuthorityOptions) (*Authority, error) {
	if len(urls) == 0 || len(urls) > maxAuthority {
		return nil, fmt.Errorf("timestamp authority: %d URLs, want 1 to %d", len(urls), maxAuthority)
	}
	for _, s := range urls {
		u, err := url.Parse(s)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, fmt.Errorf("timestamp authority %s: not an http or https URL", clean(s))
		}
		if u.User != nil {
			return nil, fmt.Errorf("timestamp authority at %s: a name or password in a URL ends up in logs; leave it out", clean(u.Host))
		}
	}
	if o.Timeout <= 0 {
		o.Timeout = tsaTimeout
	}
	if o.Client == nil {
		o.Client = http.DefaultTransport
	}
	if o.Nonce == nil {
		o.Nonce = rand.Reader
	}
	return &Authority{urls: urls, o: o}, nil
}

// Stamp asks the authorities in turn. The answer holds: granted, over the imprint, with the nonce that was sent, signed by
// a certificate for timestamps that travels along. Whether that certificate is to be trusted is for the one who verifies.
// Text beside the status is left out of the answer that is returned, since nothing covers it.
func (a *Authority) Stamp(ctx context.Context, imprint evidence.Digest) ([]byte, error) {
	var failures []string
	for _, u := range a.urls {
		response, err := a.ask(ctx, u, imprint)
		if err == nil {
			return response, nil
		}
		failures = append(failures, fmt.Sprintf("%s: %v", clean(u), err))
		if ctx.Err() != nil {
			break
		}
	}
	return nil, fmt.Errorf("timestamp authority %s", strings.Join(failures, "; "))
}

// ask gets one timestamp from one URL.
func (a *Authority) ask(ctx context.Context, u string, imprint evidence.Digest) ([]byte, error) {
	nonce, err := a.nonce()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, a.o.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, u, bytes.NewReader(writeQuery(imprint, nonce)))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", mediaQuery)
	request.Header.Set("Accept", mediaReply)
	request.Header.Set("User-Agent", "auditpack")
	// RoundTrip, not a Client: redirects are not followed and no cookie is kept.
	answer, err := a.o.Client.RoundTrip(request)
	if err != nil {
		return nil, a.network(ctx, err)
	}
	defer answer.Body.Close()
	if err := checkAnswer(answer); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxReply+1))
	if err != nil {
		return nil, a.network(ctx, err)
	}
	if len(body) > maxReply {
		return nil, fmt.Errorf("answered more than %d bytes", maxReply)
	}
	return checkReply(body, imprint, nonce)
}

// network tells an error of the network in one line.
func (a *Authority) network(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("no answer within %s", a.o.Timeout)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return errors.New(clean(err.Error()))
}

// nonce returns a positive random number of at most 63 bits: some authorities take no more.
func (a *Authority) nonce() (*big.Int, error) {
	b := make([]byte, nonceBytes)
	if _, err := io.ReadFull(a.o.Nonce, b); err != nil {
		return nil, fmt.Errorf("nonce: %w", err)
	}
	b[0] = b[0]&0x3f | 0x40 // positive, and always of the same length
	return new(big.Int).SetBytes(b), nil
}

// writeQuery writes a TimeStampReq (RFC 3161, 2.4.1): no policy, certificates wanted.
func writeQuery(imprint evidence.Digest, nonce *big.Int) []byte {
	return derOf(tagSequence,
		derOf(tagInteger, []byte{1}),
		derOf(tagSequence, derOf(tagSequence, derOID(oidSHA256)), derOf(tagOctets, imprint[:])),
		derInt(nonce),
		derOf(tagBoolean, []byte{0xff}))
}

// checkAnswer looks at status and type of an answer.
func checkAnswer(answer *http.Response) error {
	if location := answer.Header.Get("Location"); location != "" && answer.StatusCode/100 == 3 {
		return fmt.Errorf("HTTP %d: it moved to %s; name that URL if you know it", answer.StatusCode, clean(location))
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("HTTP %d, not a timestamp", answer.StatusCode)
	}
	given := answer.Header.Get("Content-Type")
	if kind, _, err := mime.ParseMediaType(given); err != nil || kind != mediaReply {
		return fmt.Errorf("answered %q, not a timestamp", clean(given))
	}
	return nil
}

// checkReply checks a TimeStampResp against what was asked, and returns it in its only form.
func checkReply(body []byte, imprint evidence.Digest, nonce *big.Int) ([]byte, error) {
	tree, err := readDER(body)
	if err != nil {
		return nil, fmt.Errorf("the timestamp is damaged: %w", err)
	}
	r, err := readStatus(tree)
	if err != nil {
		return nil, err
	}
	stamp, _ := verifyToken(r.token, known(imprint), nil, Trust{})
	if len(stamp.Faults) > 0 {
		return nil, fmt.Errorf("the timestamp does not hold: %s", stamp.Faults[0])
	}
	sd, err := readSignedData(r.token)
	if err != nil {
		return nil, err
	}
	info, err := readTSTInfo(sd.content)
	if err != nil {
		return nil, err
	}
	if info.nonce == nil || info.nonce.Cmp(nonce) != 0 {
		return nil, errors.New("the timestamp has another nonce than was sent: an answer to another question")
	}
	return derOf(tagSequence, derOf(tagSequence, derOf(tagInteger, []byte{0})), r.token.raw), nil
}
