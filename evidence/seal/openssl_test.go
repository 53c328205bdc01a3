package seal_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
)

// openssl is the independent judge, at work in a folder of its own.
type openssl struct {
	t   *testing.T
	dir string
}

func newOpenSSL(t *testing.T) openssl {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl is not on PATH")
	}
	return openssl{t, t.TempDir()}
}

// run runs openssl with the words of a line as arguments.
func (o openssl) run(line string) (string, error) {
	o.t.Helper()
	cmd := exec.Command("openssl", strings.Fields(line)...)
	cmd.Dir = o.dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// must runs openssl, which must succeed.
func (o openssl) must(line string) string {
	o.t.Helper()
	out, err := o.run(line)
	if err != nil {
		o.t.Fatalf("openssl %s: %v\n%s", line, err, out)
	}
	return out
}

func (o openssl) write(name string, b []byte) {
	o.t.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), b, 0o600); err != nil {
		o.t.Fatal(err)
	}
}

func (o openssl) read(name string) []byte {
	o.t.Helper()
	b, err := os.ReadFile(filepath.Join(o.dir, name))
	if err != nil {
		o.t.Fatal(err)
	}
	return b
}

func TestOpenSSLVerifiesWhatIsSigned(t *testing.T) {
	tsa := sealtest.NewAuthority(t)
	small := sealtest.Identity(t)
	issued, root := issuedIdentity(t)
	for _, test := range []struct {
		name   string
		id     *seal.Identity
		anchor []byte
		o      seal.Options
	}{
		{"P-256", small, seal.MarshalPEM(small.Certificate), seal.Options{}},
		{"P-256, time and timestamp", small, seal.MarshalPEM(small.Certificate), seal.Options{Time: sealtest.Time, Stamper: tsa}},
		{"RSA-3072", rsaIdentity(t), seal.MarshalPEM(rsaIdentity(t).Certificate), seal.Options{Time: sealtest.Time}},
		{"chain", issued, seal.MarshalPEM(root...), seal.Options{Time: sealtest.Time}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOpenSSL(t)
			o.write("content", content)
			o.write("ca.pem", test.anchor)
			o.write("m.p7s", sign(t, test.id, test.o))
			const verify = "cms -verify -binary -inform DER -in m.p7s -content content -CAfile ca.pem -out out -attime 1795348800"
			for _, extra := range []string{"", " -cades"} {
				if out := o.must(verify + extra); !strings.Contains(strings.ToLower(out), "verification successful") {
					t.Errorf("%s: %s", extra, out)
				}
			}
			o.write("content", append(content, ' '))
			if out, err := o.run(verify); err == nil {
				t.Errorf("over other content: %s", out)
			}
		})
	}
}

func TestOpenSSLVerifiesTimestamp(t *testing.T) {
	o, tsa := newOpenSSL(t), sealtest.NewAuthority(t)
	response, err := tsa.Stamp(context.Background(), evidence.DigestOf(content))
	if err != nil {
		t.Fatal(err)
	}
	chain, err := seal.ChainOf(response)
	if err != nil {
		t.Fatal(err)
	}
	if d, err := seal.StampedDigest(response); err != nil || d != evidence.DigestOf(content) {
		t.Errorf("stamped digest %s, %v", d, err)
	}
	o.write("content", content)
	o.write("tsa-chain.pem", seal.MarshalPEM(chain...))
	o.write("m.tsr", response)
	const verify = "ts -verify -data content -in m.tsr -CAfile tsa-chain.pem -attime 1795348800"
	if out := o.must(verify); !strings.Contains(out, "Verification: OK") {
		t.Error(out)
	}
	o.write("content", nil)
	if out, err := o.run(verify); err == nil {
		t.Errorf("over other content: %s", out)
	}
}

// tsaConfig makes an authority of openssl ts.
const tsaConfig = `
[ ca ]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[ tsa ]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[ signer ]
keyUsage = critical, digitalSignature
extendedKeyUsage = emailProtection
[ default ]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.32473.1
digests = sha256, sha512
ess_cert_id_chain = yes
accuracy = secs:1, millisecs:500
ordering = yes
tsa_name = yes
`

// authority makes ca.pem, tsa.pem and a signer's pair of keys with openssl.
func (o openssl) authority() {
	o.t.Helper()
	o.write("config", []byte(tsaConfig))
	o.write("serial", []byte("01\n"))
	o.must("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=openssl-ca -config /dev/null -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign -addext subjectKeyIdentifier=hash")
	for _, who := range []string{"tsa", "signer"} {
		o.must("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout " + who + ".key -out req.pem -subj /CN=openssl-" + who + " -config /dev/null")
		o.must("x509 -req -in req.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile config -extensions " + who + " -out " + who + ".pem")
	}
}

func (o openssl) trust() seal.Trust {
	o.t.Helper()
	ca, err := seal.ReadCertificates("ca.pem", o.read("ca.pem"))
	if err != nil {
		o.t.Fatal(err)
	}
	return seal.Trust{Signers: ca, Authorities: ca, At: time.Now()}
}

func TestVerifyWhatOpenSSLSigned(t *testing.T) {
	o := newOpenSSL(t)
	o.authority()
	o.write("content", content)
	const sign = "cms -sign -binary -in content -signer signer.pem -inkey signer.key -certfile ca.pem -outform DER -out m.p7s -md "
	for _, test := range []struct {
		name, args string
		want       string // in the faults; empty: trusted
	}{
		{"cades", "sha256 -cades", ""},
		{"by key", "sha256 -cades -keyid", ""},
		{"without signing certificate", "sha256", "no signing-certificate-v2 attribute: the certificate could be exchanged"},
		{"SHA-1", "sha1 -cades", "SHA-1 (weak)"},
		{"SHA-384", "sha384 -cades", ""},
		{"SHA-512", "sha512 -cades", ""},
		{"with content", "sha256 -cades -nodetach", "carries content of its own"},
		{"without attributes", "sha256 -noattr", "no signed attributes"},
		{"streamed", "sha256 -cades -nodetach -stream", "not DER: indefinite length"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if out, err := o.run(sign + test.args); err != nil {
				t.Skip(out)
			}
			s := seal.VerifyOver(o.read("m.p7s"), seal.ContentOf(content), o.trust())
			faults := strings.Join(s.Faults, "\n")
			if other := seal.VerifyOver(o.read("m.p7s"), seal.ContentOf(nil), o.trust()); other.Standing != seal.Broken {
				t.Errorf("over other content: %s", other.Standing)
			}
			if test.want == "" && s.Standing != seal.Trusted || test.want != "" && s.Standing != seal.Broken || !strings.Contains(faults, test.want) {
				t.Errorf("%s, %s\n%s", s.Standing, s.Chain, faults)
			}
		})
	}
}

func TestVerifyTimestampOfOpenSSL(t *testing.T) {
	o := newOpenSSL(t)
	o.authority()
	o.write("content", content)
	for _, test := range []struct {
		query string
		want  string // in the faults; empty: trusted
	}{
		{"-sha256 -cert", ""},
		{"-sha256 -cert -no_nonce", ""},
		{"-sha256", "certificate is not in it"},
		{"-sha512 -cert", ""},
	} {
		t.Run(test.query, func(t *testing.T) {
			o.must("ts -query -data content -out m.tsq " + test.query)
			o.must("ts -reply -queryfile m.tsq -out m.tsr -config config -section default")
			s := seal.VerifyStampOver(o.read("m.tsr"), seal.ContentOf(content), nil, o.trust())
			if other := seal.VerifyStampOver(o.read("m.tsr"), seal.ContentOf(nil), nil, o.trust()); other.Standing != seal.Broken {
				t.Errorf("over other content: %s", other.Standing)
			}
			faults := strings.Join(s.Faults, "\n")
			if test.want == "" && s.Standing != seal.Trusted || test.want != "" && s.Standing != seal.Broken || !strings.Contains(faults, test.want) {
				t.Errorf("%s, %s\n%s", s.Standing, s.Chain, faults)
			}
			if test.want == "" && s.Policy != "1.3.6.1.4.1.32473.1" {
				t.Errorf("policy %s", s.Policy)
			}
		})
	}
}

// opensslStamper is a Stamper that runs openssl ts.
type opensslStamper struct{ openssl }

func (o opensslStamper) Stamp(_ context.Context, imprint evidence.Digest) ([]byte, error) {
	o.must("ts -query -sha256 -cert -out m.tsq -digest " + imprint.String())
	o.must("ts -reply -queryfile m.tsq -out m.tsr -config config -section default")
	return o.read("m.tsr"), nil
}

func TestSignWithTimestampOfOpenSSL(t *testing.T) {
	o := newOpenSSL(t)
	o.authority()
	id, err := seal.Generate(time.Now(), seal.P256, "Test Signer", "")
	if err != nil {
		t.Fatal(err)
	}
	trust := o.trust()
	trust.Signers = append(trust.Signers, id.Certificate)
	trust.At = id.Certificate.NotAfter.AddDate(1, 0, 0) // long after: the timestamp proves when
	cms := sign(t, id, seal.Options{Stamper: opensslStamper{o}})
	if s := seal.Verify(cms, evidence.DigestOf(content), trust); s.Standing != seal.Trusted {
		t.Errorf("%+v", s)
	}
	trust.Authorities = nil
	if s := seal.Verify(cms, evidence.DigestOf(content), trust); s.Standing != seal.Broken || !strings.Contains(s.Faults[0], "not valid at the time of verification") {
		t.Errorf("without trust in the authority: %+v", s)
	}
}

func TestVerifyRSAOfOpenSSL(t *testing.T) {
	o := newOpenSSL(t)
	o.write("content", content)
	const pss = " -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:"
	for _, test := range []struct{ bits, by, md, args, want, algorithm string }{
		{"2048", "sha256", "sha256", "", "", "RSA-2048 SHA-256"},
		{"2048", "sha256", "sha512", "", "", "RSA-2048 SHA-512"},
		{"2048", "sha256", "sha256", pss + "digest", "", "RSA-2048 PSS SHA-256"},
		{"2048", "sha256", "sha384", pss + "max", "", "RSA-2048 PSS SHA-384"},
		{"2048", "sha256", "sha512", pss + "20", "", "RSA-2048 PSS SHA-512"}, // DER leaves the default out
		{"2048", "sha256", "sha256", pss + "0", "a salt of 0 bytes is not understood", ""},
		{"2048", "sha256", "sha256", pss + "digest -keyopt rsa_mgf1_md:sha512", "RSASSA-PSS with SHA-512, where the signer's digest is SHA-256", ""},
		{"1024", "sha256", "sha256", "", "an RSA-1024 key is weak", ""},
		{"2048", "sha1", "sha256", "", "is signed with a weak algorithm, SHA1-RSA", ""},
	} {
		o.must("req -x509 -newkey rsa:" + test.bits + " -" + test.by + " -nodes -keyout key.pem -out ca.pem -days 30 -subj /CN=openssl-rsa -config /dev/null")
		o.must("cms -sign -binary -cades -md " + test.md + " -in content -signer ca.pem -inkey key.pem -outform DER -out m.p7s " + test.args)
		s := seal.VerifyOver(o.read("m.p7s"), seal.ContentOf(content), o.trust())
		faults := strings.Join(s.Faults, "\n")
		if test.want == "" {
			flipEach(t, o.read("m.p7s"), 200, func(flipped []byte) (bool, string) {
				s := seal.VerifyOver(flipped, seal.ContentOf(content), o.trust())
				return s.Standing == seal.Broken, string(s.Standing)
			})
		}
		if test.want == "" && (s.Standing != seal.Trusted || s.Algorithm != test.algorithm) || test.want != "" && s.Standing != seal.Broken || !strings.Contains(faults, test.want) {
			t.Errorf("%v: %s, %s\n%s", test, s.Standing, s.Chain, faults)
		}
	}
}
