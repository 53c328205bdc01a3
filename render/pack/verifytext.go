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

The package is not sealed. What the commands below show: nothing in it was changed, removed or added since it was
packed, provided that the digest of step 1 is the one that the sender tells you by another way (by telephone, on paper).
What they do not show: who packed it, and whether the server said the truth.

Whoever changed a package could have changed this text with it. Read a command before you run it.

If the package came as a .zip, unpack it first. Run every command in the folder that holds this file.


1. The digest that stands for the whole package. Compare it with the one that the sender told you.

   Linux (run by auditpack's own tests)
     sha256sum tagmanifest-sha256.txt
   macOS (not run)
     shasum -a 256 tagmanifest-sha256.txt
   PowerShell (not run)
     (Get-FileHash -Algorithm SHA256 tagmanifest-sha256.txt).Hash.ToLower()

2. Every file is as the manifests list it.

   Linux (run by auditpack's own tests); each line must end in OK
     sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt
   macOS (not run); each line must end in OK
     shasum -a 256 -c tagmanifest-sha256.txt manifest-sha256.txt
   PowerShell (not run); it must print nothing
     foreach ($m in 'tagmanifest-sha256.txt','manifest-sha256.txt') { Get-Content $m | ForEach-Object { $h,$f = $_ -split '  ',2; if ((Get-FileHash -Algorithm SHA256 -LiteralPath $f).Hash -ne $h) { "$f differs" } } }

3. No file is there that the manifests do not list. It must print nothing.

   Linux (run by auditpack's own tests), in bash
     find . ! -type d ! -path ./tagmanifest-sha256.txt | sed 's#^\./##' | LC_ALL=C sort | diff - <(sed 's/^[0-9a-f]*  //' manifest-sha256.txt tagmanifest-sha256.txt | LC_ALL=C sort)
   macOS (not run), in zsh or bash: the same command
   PowerShell (not run)
     $l = Get-Content manifest-sha256.txt,tagmanifest-sha256.txt | ForEach-Object { ($_ -split '  ',2)[1] }; Get-ChildItem -Recurse -Force -File | ForEach-Object { $_.FullName.Substring($PWD.Path.Length + 1).Replace('\','/') } | Where-Object { $_ -ne 'tagmanifest-sha256.txt' -and $l -notcontains $_ }

4. Each snapshot in the package is a bag of its own, just as it was captured or imported. If you were told the digest of a
   snapshot when it was taken, compare it with the one here:

`, top(a), a.AsOf.Format("2006-01-02 15:04 UTC"))
	for _, h := range a.Hosts {
		fmt.Fprintf(&b, "     %s  %s/tagmanifest-sha256.txt\n", h.After.Digest, h.After.Folder)
		if h.Before != nil {
			fmt.Fprintf(&b, "     %s  %s/tagmanifest-sha256.txt\n", h.Before.Digest, h.Before.Folder)
		}
	}
	b.WriteString(`
   Linux (run by auditpack's own tests); each line must end in OK
     grep -E '^     [0-9a-f]{64}  data/snapshots/' verify.txt | sed 's/^ *//' | sha256sum -c
     for d in data/snapshots/*/*; do (cd "$d" && sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt); done

5. The bytes behind a citation. The report cites evidence as FILE, line N, byte OFFSET+LENGTH. FILE lies in the folder of
   its snapshot, which step 4 lists; in that folder these are the bytes:

     tail -c +$((OFFSET + 1)) FILE | head -c LENGTH

The package is a BagIt bag (RFC 8493, version 1.0): any BagIt validator checks it too.
`)
	return []byte(b.String())
}
