package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
	"auditpack/evidence/stig"
	"auditpack/render/pack"
)

// earlierFlags say by which releases of STIGs the earlier snapshot was judged in its time.
type earlierFlags struct{ stigBefore []string }

func (f *earlierFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.stigBefore, "stig-before", nil,
		"the `file` with the release of a STIG that was used before, to tell new and reworded rules from drift (repeat for several; else those of an earlier package)")
}

// opened is a snapshot and, if it lies in a package, the benchmarks that this was made with.
type opened struct {
	snapshot   *snapshot.Snapshot
	benchmarks []pack.File
}

// openSides opens a snapshot; those that a package was made of: of each host the newer one; or those that lie in a folder. What
// else lies in a folder is said on stderr.
func openSides(ctx context.Context, path string, stderr io.Writer) ([]opened, error) {
	b, err := bag.Open(ctx, path, bag.Limits{})
	if err != nil {
		if inside := bagsIn(path); len(inside) > 0 {
			return openFolder(ctx, path, inside, stderr)
		}
		return nil, looseHint(err)
	}
	sides, err := sidesOf(ctx, path, b)
	if err != nil {
		b.Close()
	}
	return sides, err
}

// bagsIn returns the names of the bags in a folder that is none itself, by their first file or, of a zip, by its name.
func bagsIn(path string) []string {
	if _, err := os.Stat(filepath.Join(path, "bagit.txt")); err == nil {
		return nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		_, err := os.Stat(filepath.Join(path, e.Name(), "bagit.txt"))
		if err == nil || e.Type().IsRegular() && strings.EqualFold(filepath.Ext(e.Name()), ".zip") {
			names = append(names, e.Name())
		}
	}
	return names
}

// openFolder opens the bags in a folder.
func openFolder(ctx context.Context, folder string, names []string, stderr io.Writer) (sides []opened, err error) {
	defer func() {
		if err != nil {
			closeSides(sides)
		}
	}()
	for _, name := range names {
		path := filepath.Join(folder, name)
		b, err := bag.Open(ctx, path, bag.Limits{})
		if err != nil {
			return sides, looseHint(err)
		}
		more, err := sidesOf(ctx, path, b)
		if err != nil {
			b.Close()
			return sides, err
		}
		sides = append(sides, more...)
	}
	entries, err := os.ReadDir(folder)
	for _, e := range entries {
		if !slices.Contains(names, e.Name()) {
			say(stderr, "left out: %s is no snapshot", filepath.Join(folder, e.Name()))
		}
	}
	return sides, err
}

func sidesOf(ctx context.Context, path string, b *bag.Bag) ([]opened, error) {
	if _, ok := b.File("data/audit.json"); !ok {
		s, err := snapshot.FromBag(b)
		return []opened{{snapshot: s}}, err
	}
	benchmarks, err := pack.BenchmarksOf(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var sides []opened
	for _, f := range b.Files() {
		folder, ok := strings.CutSuffix(f.Path, "/bagit.txt")
		if !ok || !strings.HasPrefix(folder, "data/snapshots/") || !strings.HasSuffix(folder, "/after") {
			continue
		}
		sub, err := b.Sub(ctx, folder)
		if err != nil {
			return nil, err
		}
		s, err := snapshot.FromBag(sub)
		if err != nil {
			return nil, err
		}
		sides = append(sides, opened{s, benchmarks})
	}
	if len(sides) == 0 {
		return nil, fmt.Errorf("%s: a package without a snapshot", path)
	}
	return sides, nil
}

// closeSides closes what was only read.
func closeSides(sides []opened) {
	for _, side := range sides {
		side.snapshot.Close()
	}
}

// readSTIG reads files of benchmarks and refuses what is none before anything is judged.
func readSTIG(paths []string) ([]pack.File, error) {
	var files []pack.File
	for _, path := range paths {
		data, err := readSmall(path, maxBenchmark)
		if err != nil {
			return nil, err
		}
		if _, err := stig.Read(path, bytes.NewReader(data), int64(len(data))); err != nil {
			return nil, err
		}
		files = append(files, pack.File{Name: filepath.Base(path), Data: data})
	}
	return files, nil
}

// earlierReleases returns the benchmarks that were used before: those that the flags name, else those of the earlier packages
// of which a release is used now too. What of the packages is used no more is said on stderr.
func earlierReleases(f earlierFlags, now []pack.File, befores []opened, stderr io.Writer) ([]pack.File, error) {
	if len(f.stigBefore) > 0 {
		if len(befores) == 0 {
			return nil, &usageError{fmt.Errorf("--stig-before without --before: there is no earlier snapshot")}
		}
		if len(now) == 0 {
			return nil, &usageError{fmt.Errorf("--stig-before without --stig: name the release that is used now")}
		}
	}
	current := map[string]bool{}
	if err := eachBenchmark(now, func(_ pack.File, b evidence.Benchmark) { current[b.ID] = true }); err != nil {
		return nil, err
	}
	if len(f.stigBefore) > 0 {
		return namedReleases(f.stigBefore, current)
	}
	var kept []pack.File
	taken := map[string]evidence.Digest{}
	told := map[string]bool{} // the hosts of one package were all judged by the same
	tell := func(format string, args ...any) {
		if text := fmt.Sprintf(format, args...); !told[text] {
			told[text] = true
			say(stderr, "not compared: %s", text)
		}
	}
	for _, side := range befores {
		err := eachBenchmark(side.benchmarks, func(file pack.File, b evidence.Benchmark) {
			digest, known := taken[b.ID]
			switch {
			case !current[b.ID]:
				tell("%s %s was used before and is not now", b.ID, b.ReleaseName())
			case known && digest != b.Digest:
				tell("%s %s, since another earlier package was made with another release", b.ID, b.ReleaseName())
			case !known:
				taken[b.ID] = b.Digest
				kept = append(kept, file)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return compactFiles(kept), nil
}

// namedReleases reads the files that --stig-before names. Each has to hold a release of something that is used now.
func namedReleases(paths []string, current map[string]bool) ([]pack.File, error) {
	files, err := readSTIG(paths)
	if err != nil {
		return nil, err
	}
	for i, file := range files {
		used, first := false, ""
		err := eachBenchmark(files[i:i+1], func(_ pack.File, b evidence.Benchmark) {
			used = used || current[b.ID]
			first = cmp.Or(first, b.ID)
		})
		if err != nil {
			return nil, err
		}
		if !used {
			return nil, &usageError{fmt.Errorf("--stig-before %s: --stig names no release of %s", file.Name, first)}
		}
	}
	return files, nil
}

// eachBenchmark calls f with every benchmark in the files.
func eachBenchmark(files []pack.File, f func(pack.File, evidence.Benchmark)) error {
	for _, file := range files {
		found, err := stig.Read(file.Name, bytes.NewReader(file.Data), int64(len(file.Data)))
		if err != nil {
			return err
		}
		for _, b := range found {
			f(file, b)
		}
	}
	return nil
}

// compactFiles leaves each file once: a zip may hold several benchmarks.
func compactFiles(files []pack.File) []pack.File {
	return slices.CompactFunc(files, func(a, b pack.File) bool { return a.Name == b.Name && bytes.Equal(a.Data, b.Data) })
}
