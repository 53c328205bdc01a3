// Package stig reads DISA's benchmarks and makes Checks of their check texts.
//
// [Read] takes what DISA publishes: a manual XCCDF file, the zip around it, or a library of such zips. [Derive] reads a
// Rule's check text and gives the Checks that say the same; [Compare] tells two releases apart; [ReadCCIs] reads DISA's
// list of control correlation identifiers, of which [CCIFacts] holds the few that the guide's rules cite.
//
// # How a text becomes Checks
//
// A check text is prose for people. Each paragraph must be one of the sentences that are known here, word for word but
// for its values; each is then either an instruction where to look, a condition, or what must hold. A text with one
// sentence that is not known gives no Checks: its Rule is Undecided, with that sentence, and its verdict is needs review.
// Nothing is guessed from a part of a text.
//
// What a text says beside its values goes to three places. "This applies to domain controllers" sets Rule.Only.
// A condition that evidence decides ("if the system is not a member of a domain, this is NA") becomes the When of
// the Checks. A condition that only people can claim ("if the server hosts WSUS", "documented with the ISSO") becomes a
// Caveat: a finding stands, and the Caveat is shown beside it.
//
// # Why
//
// The benchmarks change every quarter, and an operator has to be able to use the newest on the day it appears; so the
// file is an input and no table of rules is part of this program. A table by STIG ID would be wrong without a sign as
// soon as a text changes; a sentence that is not known says so.
package stig
