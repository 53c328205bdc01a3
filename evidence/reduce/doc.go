// Package reduce makes of an Audit the one that may leave the house: every text that evidence has put into it is masked by
// stated rules, so that whatever is drawn from the reduced Audit holds nothing of netstat, user lists and access lists. A
// broker or an insurer gets it (pack --without-evidence); verdicts, counts, citations and digests are those of the whole.
//
// # What is done with a text
//
// A text stays only if it is known to say nothing about this company. What stays:
//
//   - what guide, benchmarks and sets of questions say: statements, titles, questions, fixes
//   - what the operator says in their own name: client, who prepared and packs, who attests and approves, the signer
//   - which server it is: the first label of the names of the hosts that the package is about, and nothing of their domain
//   - what only names a place in the evidence: item paths, lines, offsets, digests, sizes, times, collectors, formats
//   - within any other text, words that the guide, the benchmarks, the questions or this program use (words.txt holds the
//     program's own), names that Windows gives its own services and firewall rules, numbers, accounts and SIDs that every
//     Windows has, loopback and unspecified addresses
//
// What is left out as a whole: command lines, what commands wrote to standard error, names of files as they were handed in,
// comments of attestations, reasons of exceptions, owners, milestones and comments of planned remediation, names of attachments,
// what people wrote in earlier checklists, and every difference of settings and of lines between
// two snapshots, as these together are the lists that must not leave. They are counted.
//
// The sender may let comments and reasons stay ([Input.Comments]): they are a person's own words, and whoever reads them before can
// vouch for them. Words that are not known stay in them; what the evidence shows as an account, or has the form of an address, a
// host or a path, does not.
//
// Everything else is masked. A mask is the name of the rule, a hyphen and a number; within one package the same text always
// has the same mask, and no two texts have one, so that who reads can still see that two findings are about one account.
//
//	ACCOUNT-n  a name of an account or a group that the evidence shows as one, DOMAIN\name, a SID of a domain or a machine, a
//	           mail address; who captured or imported
//	ADDRESS-n  an address of IPv4, IPv6 or a network card; the length of a prefix stays: ADDRESS-1/24
//	HOST-n     the name of a host in a URL, a dotted name, any other host that an item is of
//	PATH-n     a path, from the first part of it on that is not known: C:\inetpub\PATH-1; a UNC path, and what lies below
//	           C:\Users, as a whole
//	TEXT-n     any other word that is not known, and those beside it
//
// The numbers are given in the order in which the texts are met, text by text of the Audit and within one rule by rule. They are
// no digests: nobody can try texts against them.
//
// # Why it is done this way
//
// Rules that look for what is secret miss what nobody thought of: the name of a firewall rule, a header of HTTP, the title of
// a site. So a word has to be known to stay. That masks more than it has to, which is the cheaper mistake. What is known comes
// from texts that say nothing about the host: it does not depend on what was captured.
//
// It is done once, on the Audit, because everything in a package is drawn from the Audit: the report and what is embedded in it,
// the workbook, checklists, OSCAL, answers. A field that is new is masked unless the table in audit.go says otherwise.
//
// # What it does not do
//
// The paths of items stay, since the manifests of the snapshots list them. They are made of the names of the files that were
// imported: [Reduction.Paths] are those in which something stands that was masked elsewhere.
//
// A known word that happens to be a name, of a project or of a person, stays unless the evidence shows it as an account. A
// number stays.
//
// The digests of items and attachments stay: they tie the package to the whole one. Who can guess all bytes of one can see that the
// guess is right. Of a file with the members of one group that is thinkable, of one with times or identifiers in it hardly.
package reduce
