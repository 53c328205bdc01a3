package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
	"auditpack/evidence/stig"
	"auditpack/render/pack"
)

// inputFlags are the flags of every command that judges: what the verdicts are made from besides snapshots.
type inputFlags struct {
	answers, asOf string
	stig          []string
	cci           string
}

func (f *inputFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.answers, "answers", "", "the operator's `file`: facts, attestations, exceptions")
	cmd.Flags().StringVar(&f.asOf, "as-of", "", "the `time` by which expiry and age are judged (RFC 3339 or a date)")
	cmd.Flags().StringArrayVar(&f.stig, "stig", nil, "a `file` with a STIG benchmark as DISA publishes it, XCCDF or zip (repeat for several)")
	cmd.Flags().StringVar(&f.cci, "cci", "", "DISA's `file` with the list of CCIs, XML or zip: their controls of NIST SP 800-53 (else built-in facts)")
}

// readCCIs reads DISA's list of CCIs, and refuses what is none before anything is judged.
func readCCIs(path string) (*pack.File, error) {
	data, err := readSmall(path, maxBenchmark)
	if err != nil {
		return nil, err
	}
	if _, err := stig.OpenCCIs(path, bytes.NewReader(data), int64(len(data))); err != nil {
		return nil, err
	}
	return &pack.File{Name: filepath.Base(path), Data: data}, nil
}

// maxBenchmark is the largest file of benchmarks that is read, in bytes.
const maxBenchmark = 256 << 20

// openInputs opens and verifies everything that verdicts are made from.
func openInputs(ctx context.Context, afters []string, flags inputFlags) (in pack.Inputs, err error) {
	in = pack.Inputs{Tool: "auditpack " + version, Guide: guideFiles()}
	defer func() {
		if err != nil {
			closeInputs(in)
		}
	}()
	if in.AsOf, err = asOf(flags.asOf); err != nil {
		return in, err
	}
	if flags.answers != "" {
		f, err := readAnswers(flags.answers)
		if err != nil {
			return in, err
		}
		in.Answers, in.Attachments = f.data, f.files
	}
	if in.Benchmarks, err = readSTIG(flags.stig); err != nil {
		return in, err
	}
	if flags.cci != "" {
		if in.CCI, err = readCCIs(flags.cci); err != nil {
			return in, err
		}
	}
	in.Hosts, err = openHosts(ctx, afters)
	return in, err
}

// openHosts opens a snapshot of each host, as many at once as there are processors.
func openHosts(ctx context.Context, paths []string) (hosts []pack.Host, err error) {
	whole := ctx
	if len(paths) > 1 { // how far each of them is would be told in turns
		ctx = evidence.WithSteps(ctx, nil)
	}
	opened, errs := make([]*snapshot.Snapshot, len(paths)), make([]error, len(paths))
	defer func() {
		for _, s := range opened {
			if err != nil && s != nil {
				s.Close() // they were only read
			}
		}
	}()
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(paths)) {
		wg.Go(func() {
			for i := range next {
				opened[i], errs[i] = openSnapshot(ctx, paths[i])
			}
		})
	}
	for i := range paths {
		evidence.Tell(whole, evidence.Step{Doing: "verifying", Name: paths[i], Done: int64(i), Of: int64(len(paths))})
		next <- i
	}
	close(next)
	wg.Wait()
	for _, err := range errs { // the first by their order
		if err != nil {
			return nil, err
		}
	}
	return pack.PairHosts(opened, nil)
}

// openSnapshot opens and verifies a snapshot.
func openSnapshot(ctx context.Context, path string) (*snapshot.Snapshot, error) {
	s, err := snapshot.Open(ctx, path, bag.Limits{})
	return s, looseHint(err)
}

// looseHint adds to the error for what is no bag at all how a snapshot is made of it: it may be the evidence itself.
func looseHint(err error) error {
	var invalid *bag.InvalidError
	if !errors.As(err, &invalid) || len(invalid.Faults) != 1 || invalid.Faults[0].Path != "" {
		return err
	}
	if kind := invalid.Faults[0].Kind; kind != bag.NoBag && kind != bag.BadZip {
		return err
	}
	return fmt.Errorf("%w: of loose files 'auditpack import' makes a snapshot", err)
}

// closeInputs closes the snapshots. They were only read: there is nothing to lose.
func closeInputs(in pack.Inputs) {
	for _, h := range in.Hosts {
		h.After.Close()
		if h.Before != nil {
			h.Before.Close()
		}
	}
}

// readSmall reads a file of at most limit bytes.
func readSmall(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, plainError(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, plainError(err))
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: larger than %d bytes", path, limit)
	}
	return data, nil
}
