// Package questionnaire reads questions as insurers ask them (data, in YAML) and answers them from verdicts and
// attestations that are handed in.
//
// # The file
//
//	version: 1
//	id: insurance
//	title: Cyber insurance application
//	about: For whom it is.
//	questions:
//	  - id: rdp-closed
//	    topic: Remote access
//	    text: Is Remote Desktop closed to other machines on this server?
//	    scope: host                     # host or company
//	    controls: [fw-closed-3389]      # statements of the guide
//	    checks:                         # Checks of the question's own, as in the guide
//	      - id: nla
//	        statement: Remote Desktop asks for a login before it opens a session
//	        kind: registry
//	        address: registry:HKLM\…\RDP-Tcp!UserAuthentication
//	        want: ["= 1"]
//	        optional: true              # counts where evidence decides it; else a person is asked
//	    rules: [WN19-CC-000390]         # rules of a STIG, which count where they can be judged
//	    settings: ["product:"]          # shown, decide nothing
//	    person: Which product it is.    # what a person has to say besides
//
// A question is worded so that yes is what its links support. Unknown and duplicate keys are errors, and so are anchors,
// aliases and tags; an error is one line and begins with file, line and column.
//
// # The rules
//
// On one host, of all links of a question: one that fails contradicts it; else one that is not collected or needs review
// means that the host cannot tell; else the host supports it. What is not applicable drops out, and so does a rule of a
// STIG that no evidence can decide and of which nobody said anything, or that no benchmark at hand has; a Setting that is
// shown counts nothing. With parts, each link is a point of its own. A link that a person's word decides, an attestation or
// the status in an earlier checklist, counts like the others, and the answer says on what it rests.
//
// Over all hosts (or points), m being all that the question applies to and n those that support it:
//
//	n = m, at least one           Confirmed
//	0 < n < m                     Partial (n of m)
//	n = 0, one contradicts        No
//	n = 0, none contradicts       Not provable here
//
// So what was not collected never makes a Confirmed or a No.
//
// An optional Check counts where it passes or fails. Where it does neither it drops out, and what was found is stated for the
// person who has to answer; a question without another link is then a person's alone.
//
// A question about the company is never Confirmed or Partial by hosts. One that contradicts it makes it No: it is a
// counterexample. Else the word of a person decides; without one it is Not provable here if evidence bears on it and
// Not answered if none does. What the hosts show is stated as what it is: true of them.
//
// A question about hosts that also asks for a person is Confirmed or Partial only with that person's word.
//
// An attestation (control: question:ID in the operator's file) counts from its date until the date it was given for. It
// never turns a No by evidence into anything else, and never stands in for evidence that was not collected. Where a
// person says yes and the evidence says no, or the other way round, that is a contradiction, and is shown first: the
// evidence's No stands; a Confirmed that a person denies becomes Not provable here, until they agree. The same is looked
// for between a linked Control's verdict and its own attestation. An exception changes no answer and is named.
//
// An attestation that is limited to hosts is a word about these alone. A question about hosts is then answered for each
// host by itself, with the word that is about it or without one, by the rules above; n are the hosts for which it is
// Confirmed, m those that it applies to. No question about the company is answered by it, and the comment says so.
//
// The comment says all of this in plain sentences, the most important first, within the limit of the question; what does
// not fit is left out from the end, by whole sentences, and a mark says so.
package questionnaire
