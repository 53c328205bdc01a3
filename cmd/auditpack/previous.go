package main

import (
	"context"
	"fmt"
	"os"

	"auditpack/evidence"
	"auditpack/evidence/snapshot"
	"auditpack/render"
)

// openPrevious returns what --previous names: a snapshot, which is verified, or only the digest of one.
func openPrevious(ctx context.Context, arg string) (snapshot.Link, error) {
	if d, err := evidence.ParseDigest(arg); err == nil {
		if _, err := os.Lstat(arg); err != nil {
			return snapshot.Link{Digest: d}, nil
		}
	}
	s, err := openSnapshot(ctx, arg)
	if err != nil {
		return snapshot.Link{}, fmt.Errorf("--previous: %w", err)
	}
	defer s.Close()
	return s.Link(arg), nil
}

// doubtPrevious tells why the snapshot that was named may not be the one before; empty: nothing speaks against it.
func doubtPrevious(previous snapshot.Link, host string, items []evidence.Item) string {
	if previous.Host != "" && host != "" && !snapshot.MayBeSameHost(previous.Host, host) {
		return fmt.Sprintf("the snapshot before is of another host: %s, not %s", previous.Host, host)
	}
	for _, item := range items {
		if !item.Taken.IsZero() && item.Taken.Before(previous.To) {
			return fmt.Sprintf("the snapshot before is not older: its newest item is of %s, %s of %s", render.FormatTime(previous.To), item.Name,
				render.FormatTime(item.Taken))
		}
	}
	return ""
}
