// Package compare finds what differs between two snapshots: Settings by Address, and the verdicts of Controls.
//
// # Settings
//
// Two sides are streamed, so that neither has to be held in memory: of the side before only digests of Addresses and
// values are kept, and the texts of what differs are fetched in another pass. Where one side holds an Address more than
// once, the set of its distinct values counts, whatever their order.
//
// An Address that only one side shows is "added" or "removed" only if the other side read the place as a whole and it
// was not there; otherwise it is "not collected", which is a hole and no change.
//
// Volatile differences (process numbers, ephemeral ports, boot times) are recognised by [Volatile] and by a value's
// Stable form; they are counted and set aside.
package compare
