package pack

import (
	"fmt"
	"strings"

	"auditpack/evidence/audit"
)

// verifyText is verify.txt: how a stranger verifies the package with tools already at hand.
func verifyText(a audit.Audit) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `HOW TO VERIFY THIS PACKAGE WITHOUT AUDITPACK

%s, as of %s

This package is not sealed: the commands below show that nothing in it was changed, removed or added since it was
packed, if you know the digest of tagmanifest-sha256.txt from the sender by another way (by telephone, on paper).
They do not show who packed it.

Every command is run in the folder that holds this file.

1. The digest to compare with the one that the sender gave you

   Linux (run by auditpack's own tests)
     sha256sum tagmanifest-sha256.txt
   macOS (not run)
     shasum -a 256 tagmanifest-sha256.txt
   PowerShell (not run)
     (Get-FileHash -Algorithm SHA256 tagmanifest-sha256.txt).Hash.ToLower()

2. Every file against the manifests; each line must end in OK

   Linux (run by auditpack's own tests)
     sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt
   macOS (not run)
     shasum -a 256 -c tagmanifest-sha256.txt manifest-sha256.txt
   PowerShell (not run); it prints only what is wrong
     foreach ($m in 'tagmanifest-sha256.txt','manifest-sha256.txt') { Get-Content $m | ForEach-Object { $h,$f = $_ -split '  ',2; if ((Get-FileHash -Algorithm SHA256 -LiteralPath $f).Hash.ToLower() -ne $h) { "$f differs" } } }

3. No file besides those in the manifests; this prints nothing

   Linux (run by auditpack's own tests)
     find . -type f ! -name tagmanifest-sha256.txt | sed 's#^\./##' | LC_ALL=C sort | diff - <(sed 's/^[0-9a-f]*  //' manifest-sha256.txt tagmanifest-sha256.txt | LC_ALL=C sort)

4. Each snapshot is a bag of its own, as it was captured or imported. The digests of their tag manifests:

`, top(a), a.AsOf.Format("2006-01-02 15:04 UTC"))
	for _, h := range a.Hosts {
		fmt.Fprintf(&b, "     %s  %s/tagmanifest-sha256.txt\n", h.After.Digest, h.After.Folder)
		if h.Before != nil {
			fmt.Fprintf(&b, "     %s  %s/tagmanifest-sha256.txt\n", h.Before.Digest, h.Before.Folder)
		}
	}
	b.WriteString(`
   Save the lines above to a file and run  sha256sum -c  on it, or repeat steps 1 and 2 inside each folder.

The package is a BagIt bag (RFC 8493, version 1.0); any BagIt validator reads it. A citation in the report names the
file, the line, and the byte offset and length in it; to see the cited bytes:

     tail -c +$((OFFSET + 1)) FILE | head -c LENGTH
`)
	return []byte(b.String())
}
