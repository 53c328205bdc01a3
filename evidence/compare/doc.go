// Package compare finds what differs between two snapshots: their Items, Settings by Address, and the verdicts of
// Controls.
//
// # Items
//
// An Item is added, removed, changed, has another status, or moved: the same bytes under another path, with one candidate
// on each side. Texts are shown as diff -u shows them, decoded, up to stated limits; lines in
// which nothing but Settings stand that are set aside are set aside too, and counted.
//
// # Settings
//
// Two sides are streamed, as often as needed, so that neither has to be held in memory: the first time both are told to a
// tally of digests, in which what they have in common evens out; then what did not is fetched. Where one side holds an
// Address more than once, the set of its distinct values counts, whatever their order.
//
// An Address that only one side shows is "added" or "removed" only if the other side read the place as a whole and it
// was not there; otherwise it is "not collected", which is a hole and no change.
//
// Of two registry exports [Keys] takes out first what is equal byte for byte, key by key, without decoding it.
//
// What a value means is compared, not how it is written: access lists by the rights of each principal, firewall rules by
// what they do, lists by what they gained and lost. [Moves] joins what is certainly the same under another Address.
//
// # Set aside
//
// Differences that happen by themselves (process numbers, ephemeral ports, boot times, leases, counters), access lists that
// give everybody the same in another order, and registry values that another Change lists in its own language, each
// name the rule that sets them aside. They are counted by rule and can be listed: nothing is hidden.
//
// # Properties
//
// Comparing a side with itself gives nothing. Swapping the sides swaps every Change. The side before with all Changes
// applied, those set aside too, is the side after.
package compare
