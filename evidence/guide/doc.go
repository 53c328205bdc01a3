// Package guide reads a hardening guide from data files into an [evidence.Guide], and lints it.
//
// # Files
//
// A guide is one folder of YAML files: guide.yaml, and one file a section. There are no sub-folders; every file of the
// folder whose name ends in .yaml is either guide.yaml or listed in it, so that no section is left out by mistake.
// Names are lower case letters, digits and "-", at most 60 characters before the ending.
//
// guide.yaml names the guide and lists its section files in the guide's own order:
//
//	id: automate-hardening
//	title: ConnectWise Automate server hardening
//	edition: "2024-05"
//	sections:
//	  - tls.yaml
//	  - ltshare.yaml
//
// A section file holds a section with its Controls, one record a Control, in the order in which they are shown:
//
//	id: tls
//	part: Network                       # the chapter of the guide
//	title: Disable TLS 1.0 and 1.1      # the section inside it
//	controls:
//	  - id: tls10-server
//	    statement: The server side of TLS 1.0 is disabled by default in Schannel
//	    severity: high
//	    fix: >-
//	      Create the DWORD DisabledByDefault with value 1 under …\SCHANNEL\Protocols\TLS 1.0\Server, then restart.
//	    stig:
//	      - {benchmark: iis10-server, release: V3R7, stig_id: IIST-SV-000153, group_id: V-218821,
//	         rule_id: SV-218821r1067596_rule, severity: high, strength: partial, ccis: [CCI-002418]}
//	    checks:
//	      - kind: registry
//	        address: registry:HKLM\SYSTEM\CurrentControlSet\…\Protocols\TLS 1.0\Server!DisabledByDefault
//	        want: ["= 1"]
//	    readings:
//	      - id: C19
//	        who: STIG
//	        text: The rule also wants Enabled set to 0.
//	        checks:
//	          - {kind: registry, address: 'registry:HKLM\…\TLS 1.0\Server!Enabled', want: ["= 0"]}
//
// # Fields
//
// A Control has an id (lower case letters, digits and "-"; never used twice in a guide, and never changed, because
// answers files and comparisons refer to it), a statement of at most 160 characters without a full stop at its end, a
// severity (high, medium, low), and a fix: what to do where the statement does not hold.
//
// It has checks, or manual, or both. All checks must hold; the grammar of want belongs to the kind (package check).
// manual says what a person has to look at and why no evidence decides it. Checks beside a manual text decide only a
// part of the statement: they can make it fail, and cannot alone make it pass.
//
// stig lists the rules that the statement stands for (strength exact), asks a part of (partial) or is near to
// (related). The three ids go together; a reference without them means the benchmark as a whole, and strength none says
// that the guide does not name that benchmark. A rule is listed once in a Control.
//
// readings are other ways to read the statement, because the guide contradicts itself (who: guide) or the STIG asks
// something else (who: STIG). The id is the number of the contradiction. They are judged and shown beside the Control
// and never mixed into its verdict. A Control may have several readings of one id as long as their texts differ.
//
// # Strictness
//
// [Load] refuses what it does not know: an unknown or repeated key, a second document, anchors, aliases and tags, text
// that is not UTF-8, control characters (tabs among them), a line over 1,000 bytes, brackets nested more than 100 levels
// deep, a file over 256 KiB. Its errors are one line and name file, line and column: "tls.yaml:12:5: unknown field …".
// [Lint] then looks at what the fields say.
//
// # Digest
//
// The digest of a guide is the SHA-256 of its file list in the form that sha256sum prints, sorted by name. It can be
// made again without this package, in the folder of the guide:
//
//	(export LC_ALL=C; ls *.yaml | xargs sha256sum | sha256sum)
package guide
