package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render/pdf"
)

// noHosts is what an audit without hosts has in their place. Texts in JSON hold no line breaks, so it stands there once.
const noHosts = "\n  \"hosts\": null"

// writeAudit writes what [encode] writes, host by host: of many hosts the whole is too large to be held.
func writeAudit(w io.Writer, a audit.Audit) error {
	hosts := a.Hosts
	a.Hosts = nil
	text, err := encode(a)
	if err != nil {
		return err
	}
	before, after, ok := bytes.Cut(text, []byte(noHosts))
	if !ok {
		return errors.New("an audit has no place for its hosts")
	}
	if hosts == nil {
		_, err := w.Write(text)
		return err
	}
	if len(hosts) == 0 {
		_, err := fmt.Fprintf(w, "%s\n  \"hosts\": []%s", before, after)
		return err
	}
	if _, err := fmt.Fprintf(w, "%s\n  \"hosts\": [", before); err != nil {
		return err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("    ", "  ")
	for i := range hosts {
		b.Reset()
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n    ")
		if err := e.Encode(&hosts[i]); err != nil {
			return err
		}
		b.Truncate(b.Len() - 1) // the line end is the list's
		if _, err := w.Write(b.Bytes()); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(w, "\n  ]%s", after)
	return err
}

// manyHosts is from how many hosts on time counts more than size, and nothing is made twice only to learn its digest.
const manyHosts = 5

// addAudit writes audit.json, and deflates it on the way for the report that it is attached to.
func addAudit(w sink, a audit.Audit) (*pdf.Packed, evidence.Digest, error) {
	packed, h := &pdf.Packed{Fast: len(a.Hosts) >= manyHosts}, sha256.New()
	err := draw(w, auditPath, func(out io.Writer) error { return writeAudit(io.MultiWriter(out, packed, h), a) })
	return packed, evidence.Digest(h.Sum(nil)), err
}
