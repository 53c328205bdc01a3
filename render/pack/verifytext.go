package pack

import (
	"fmt"
	"strings"

	"auditpack/evidence/audit"
)

// verifyText is verify.txt: how a stranger verifies the package with tools already at hand. It is covered by the seal, so
// nothing in it depends on what is known only when the seal is there.
func verifyText(a audit.Audit, o Options) []byte {
	var t guideText
	fmt.Fprintf(&t, "HOW TO VERIFY THIS PACKAGE WITHOUT AUDITPACK\n\n%s, as of %s\n\n", top(a), a.AsOf.Format("2006-01-02 15:04 UTC"))
	if o.Signer == nil {
		t.WriteString(unsealedIntroduction)
	} else {
		t.WriteString(sealedIntroduction)
	}
	if o.Withheld != nil {
		fmt.Fprintf(&t, reducedIntroduction, o.Withheld.Items)
	}
	t.WriteString(general)
	if o.Signer == nil {
		t.step("The digest that stands for the whole package. Compare it with the one that the sender told you.", digestCommands)
	} else {
		if a.Demo {
			t.WriteString(demoKey)
		}
		t.step("Who sealed it: the one step that no file in this package can do for you.", trustCommands)
		t.step("The seal: TRUST.pem has signed the list of digests, and the list is as it was signed.", sealCommands)
		if o.Stamped {
			t.step("The timestamp: the seal's list existed at a time that an authority states, not only the sender.", stampCommands)
		}
	}
	t.step("Every file is as the manifests list it.", manifestCommands)
	t.step("No file is there that the manifests do not list. It must print nothing.", listCommands)
	if o.Signer != nil {
		t.step("The report and the workbook carry signatures of their own, for whoever gets them alone.", documentCommands)
	}
	if o.Withheld != nil {
		t.step("Of each snapshot the manifests are here, just as they were written when it was captured or imported, and none of the\n"+
			"   files that data/… in manifest-sha256.txt names: these are withheld. If you were told the digest of a snapshot when it was\n"+
			"   taken, compare it with the one here:", snapshotDigests(a)+hollowCommands)
		t.step("The whole package, if you have it too: unpacked beside this folder, under the name WHOLE. Its snapshots have the same\n"+
			"   digests, and in it lie the bytes behind the citations.", wholeCommands)
	} else {
		t.step("Each snapshot in the package is a bag of its own, just as it was captured or imported. If you were told the digest of a\n"+
			"   snapshot when it was taken, compare it with the one here:", snapshotDigests(a)+snapshotCommands)
		t.step("The bytes behind a citation. The report cites evidence as FILE, line N, byte OFFSET+LENGTH. FILE lies in the folder of\n"+
			"   its snapshot; in that folder these are the bytes:", "     tail -c +$((OFFSET + 1)) FILE | head -c LENGTH\n")
	}
	t.WriteString("\nThe package is a BagIt bag (RFC 8493, version 1.0): any BagIt validator checks it too.\n")
	return []byte(t.String())
}

// guideText numbers its steps.
type guideText struct {
	strings.Builder
	steps int
}

func (t *guideText) step(what, how string) {
	t.steps++
	fmt.Fprintf(t, "\n%d. %s\n\n%s", t.steps, what, how)
}

func snapshotDigests(a audit.Audit) string {
	var b strings.Builder
	for _, h := range a.Hosts {
		fmt.Fprintf(&b, "     %s  %s/tagmanifest-sha256.txt\n", h.After.Digest, h.After.Folder)
		if h.Before != nil {
			fmt.Fprintf(&b, "     %s  %s/tagmanifest-sha256.txt\n", h.Before.Digest, h.Before.Folder)
		}
	}
	return b.String()
}

// What a line of the text below says of itself is tested: linuxCommands in cmd/auditpack runs every command that is
// indented by five blanks under a line that begins "   Linux (run by auditpack's own tests)".

const unsealedIntroduction = `THIS PACKAGE IS NOT SEALED: nobody has signed it, and anybody can have made it, or made it anew after a change. If the
sender says that it is sealed, or has given you a certificate, then this is not what they sent. What the commands below show: nothing in it was changed, removed or added since it was
packed, provided that the digest of step 1 is the one that the sender tells you by another way (by telephone, on paper).
What they do not show: who packed it, and whether the server said the truth.
`

const sealedIntroduction = `The package is sealed: one signature covers every file in it. What the commands below show: nothing in it was changed,
removed or added since the holder of the key sealed it, provided that the certificate of step 1 is really the sender's.
What they do not show: whether the sender, or the server, said the truth; and nothing about the time before the seal.
`

const reducedIntroduction = `
THIS IS A REDUCED PACKAGE: evidence withheld, %d items. It is made for readers outside of the house. It holds every verdict with
its citation, but not the evidence that they cite; names, addresses and paths that evidence showed are masked, and the
page Withheld of data/report.pdf says by which rules. That the verdicts follow from the evidence, only the whole package shows,
which the sender has; step by step below: what can be checked here.
`

const general = `
Whoever changed a package could have changed this text with it. Read a command before you run it.

If the package came as a .zip, unpack it first. Run every command in the folder that holds this file. What you make on the
way, TRUST.pem for one, lies beside that folder and not in it.

"Run by auditpack's own tests" says that the project's tests take the command out of this file and run it, on Linux. "Not
run" marks what is not run by the project's tests.
`

const demoKey = `
THIS IS A DEMONSTRATION. The key was made for one run and thrown away: there is no sender whom you could ask in step 1.
`

const digestCommands = `   Linux (run by auditpack's own tests)
     sha256sum tagmanifest-sha256.txt
   macOS (not run)
     shasum -a 256 tagmanifest-sha256.txt
   PowerShell (not run)
     (Get-FileHash -Algorithm SHA256 tagmanifest-sha256.txt).Hash.ToLower()
`

const trustCommands = `   Anyone can seal a forgery with a key of their own, and put their own certificate beside it: seal/signer.pem proves
   nothing by itself. If the sender has given you their certificate by another way, save it as TRUST.pem beside this folder
   and go on with step 2. If not, take the one that is here; the first command takes one certificate and no second one:

   Linux (run by auditpack's own tests)
     openssl x509 -in seal/signer.pem -out ../TRUST.pem
     openssl x509 -in ../TRUST.pem -noout -fingerprint -sha256
   macOS (not run): the same commands
   PowerShell (not run): step 2 prints the fingerprint

   Ask the sender for the SHA-256 fingerprint of their certificate by another way than this package came, best by telephone
   with a number that you had before, and compare every digit. If one differs, delete TRUST.pem and stop here.
   Ask in the same call whether the certificate was revoked: no step here looks at that.
`

const sealCommands = `   Linux (run by auditpack's own tests); it must say "CMS Verification successful"
     openssl cms -verify -binary -inform DER -in seal/tagmanifest-sha256.txt.p7s -content tagmanifest-sha256.txt -CAfile ../TRUST.pem -no-CApath -no-CAstore -partial_chain -purpose any -out /dev/null
   macOS (not run): the same command, with the openssl of Homebrew; before version 3, leave out -no-CAstore
   PowerShell (not run); it must print the fingerprint of step 1, and no error
     Add-Type -AssemblyName System.Security
     $c = New-Object Security.Cryptography.Pkcs.ContentInfo (,[IO.File]::ReadAllBytes("$PWD\tagmanifest-sha256.txt"))
     $s = New-Object Security.Cryptography.Pkcs.SignedCms $c, $true
     $s.Decode([IO.File]::ReadAllBytes("$PWD\seal\tagmanifest-sha256.txt.p7s")); $s.CheckSignature($true)
     [BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($s.SignerInfos[0].Certificate.RawData)).Replace('-',':')

   If the certificate has expired by now, openssl says so. Then add -attime with the time of the seal in seconds since 1970,
   and ask yourself who says that this was the time.

   Further files tagmanifest-sha256.txt.2.p7s and so on are signatures of others over the same list. The same command
   checks them, with the certificates of those who made them.
`

const stampCommands = `   What the authority says. "Time stamp" is the time.

   Linux (run by auditpack's own tests)
     openssl ts -reply -in seal/tagmanifest-sha256.txt.tsr -text
   macOS (not run): the same command, with the openssl of Homebrew

   Get the certificate of the authority's root from the authority itself and save it as TSA.pem beside the folder.
   seal/tsa-chain.pem only helps to build the chain; it proves nothing by itself.

   Linux (run by auditpack's own tests); it must say "Verification: OK"
     openssl ts -verify -data tagmanifest-sha256.txt -in seal/tagmanifest-sha256.txt.tsr -CAfile ../TSA.pem -untrusted seal/tsa-chain.pem
   macOS (not run): the same command, with the openssl of Homebrew
`

const manifestCommands = `   Linux (run by auditpack's own tests); each line must end in OK
     sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt
   macOS (not run); each line must end in OK
     shasum -a 256 -c tagmanifest-sha256.txt manifest-sha256.txt
   PowerShell (not run); it must print nothing
     foreach ($m in 'tagmanifest-sha256.txt','manifest-sha256.txt') { Get-Content $m | ForEach-Object { $h,$f = $_ -split '  ',2; if ((Get-FileHash -Algorithm SHA256 -LiteralPath $f).Hash -ne $h) { "$f differs" } } }
`

const listCommands = `   Linux (run by auditpack's own tests), in bash
     find . ! -type d ! -path ./tagmanifest-sha256.txt | grep -vE '^\./seal/(signer\.pem|tsa-chain\.pem|tagmanifest-sha256\.txt(\.[0-9]+)?\.(p7s|tsr))$' | sed 's#^\./##' | LC_ALL=C sort | diff - <(sed 's/^[0-9a-f]*  //' manifest-sha256.txt tagmanifest-sha256.txt | LC_ALL=C sort)
   macOS (not run), in zsh or bash: the same command
   PowerShell (not run)
     $l = Get-Content manifest-sha256.txt,tagmanifest-sha256.txt | ForEach-Object { ($_ -split '  ',2)[1] }; Get-ChildItem -Recurse -Force -File | ForEach-Object { $_.FullName.Substring($PWD.Path.Length + 1).Replace('\','/') } | Where-Object { $_ -ne 'tagmanifest-sha256.txt' -and $_ -cnotmatch '^seal/(signer\.pem|tsa-chain\.pem|tagmanifest-sha256\.txt(\.[0-9]+)?\.(p7s|tsr))$' -and $l -cnotcontains $_ }
`

const documentCommands = `   Linux (run by auditpack's own tests where pdfsig is); it must say "Signature is Valid" and "Total document signed"
     pdfsig -nocert data/report.pdf
   Elsewhere (not run): Acrobat shows the signature of report.pdf, Excel that of workbook.xlsx; LibreOffice shows both. They
   call the signer unknown until TRUST.pem is among the certificates that they trust.
   Here in the package both files are covered by the seal of step 2, whatever these programs say.
`

const snapshotCommands = `
   Linux (run by auditpack's own tests); each line must end in OK
     grep -E '^     [0-9a-f]{64}  data/snapshots/' verify.txt | sed 's/^ *//' | sha256sum -c
     for d in data/snapshots/*/*; do (cd "$d" && sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt); done
`

const hollowCommands = `
   Linux (run by auditpack's own tests); each line must end in OK
     grep -E '^     [0-9a-f]{64}  data/snapshots/' verify.txt | sed 's/^ *//' | sha256sum -c
     for d in data/snapshots/*/*; do (cd "$d" && sha256sum -c tagmanifest-sha256.txt); done
   macOS (not run): the same commands with shasum -a 256 in place of sha256sum
   Whoever calls these folders incomplete bags, as validators of BagIt do, is right: that is what is withheld.
`

const wholeCommands = `   Linux (run by auditpack's own tests); it must print nothing
     for d in data/snapshots/*/*; do cmp "$d/tagmanifest-sha256.txt" "../WHOLE/$d/tagmanifest-sha256.txt"; done
   macOS (not run): the same command
`
