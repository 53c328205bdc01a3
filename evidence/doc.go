// Package evidence holds the nouns that every other package speaks of. It does no input or output.
//
// # Words
//
// An [Item] is one captured source: the output of a command or a file, with its [Status] (what happened at
// capture, never a judgement), its [Origin] (captured, script, imported, probe), its [Digest] and its times.
// A snapshot is all Items of one host at one time.
//
// A [Setting] is one parsed value: an [Address], a [Value] and a [Citation], which is the place in the raw
// bytes of an Item that shows it. A [Coverage] says that a place was read as a whole, so that an Address below
// it that has no Setting is known to be absent. A [Problem] is a place that was not understood. All three of one
// Item together are its [Content]; an Item that is not what it seems has none and says why ([Content].Refused).
// [Facts] are the Contents of one snapshot, indexed: what a [Check] is judged against.
//
// A [Guide] is the vendor's hardening guide as data, a [Control] one checkable statement of it, a [Check] what
// must hold (kind, address, expectation). A [Verdict] is the outcome: pass, fail, not applicable, not collected
// or needs review, with [Reason] upon Reason, each citing bytes.
//
// A [Questionnaire] is an insurer's questions as data, a [QuestionAnswer] one of them answered with its scope, and a
// [FilledForm] what became of an insurer's own form.
//
// [Answers] are the facts that no server can know, given by the operator. A [Change] is one difference between
// two snapshots, at one of four levels: raw, setting, verdict, and release, which is no difference of the server at all but
// of what two releases of a STIG ask ([RuleChange]).
//
// # Rules that the types carry
//
// Silence is never a pass: the zero [Result] is [NotCollected]. Absent is a value only where a Coverage encloses
// the Address ([Facts.Lookup]). Two Items that disagree about an Address are both cited and never resolved.
package evidence
