// Package snapshot reads and writes snapshots: all Items of one host at one time, as a bag.
package snapshot
