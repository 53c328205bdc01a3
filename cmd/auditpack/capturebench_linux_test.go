package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"auditpack/evidence/collect"
	"auditpack/evidence/snapshot"
)

// manyOutputs records a host with n commands that print size bytes each, and returns it with the collectors that ask for them.
func manyOutputs(b *testing.B, n, size int) (host string, list []*collect.Collector) {
	b.Helper()
	host = b.TempDir()
	h := collect.Recording{About: collect.About{Name: "AUTOMATE01", Operator: `AUTOMATE01\adm`, Elevated: true, CodePage: 437, Language: "en-US"}}
	random := rand.New(rand.NewChaCha8([32]byte{}))
	// What netstat -ano prints of a busy server; every file has another beginning.
	var text []byte
	for len(text) < size {
		text = fmt.Appendf(text, "  TCP    10.0.0.%d:%d        203.0.113.%d:%d       ESTABLISHED     %d\r\n", random.IntN(256), random.IntN(65536), random.IntN(256), random.IntN(65536), random.IntN(9999))
	}
	for i := range n {
		if i%50 == 0 {
			list = append(list, &collect.Collector{Name: fmt.Sprintf("many%d", i/50), Shows: "outputs", Timeout: time.Minute})
		}
		name := fmt.Sprintf("output-%04d.txt", i)
		c := list[len(list)-1]
		c.Sources = append(c.Sources, collect.Source{Item: name, Program: collect.System32 + `\tool.exe`, Args: []string{name}})
		h.Commands = append(h.Commands, collect.RecordedCommand{Run: "tool.exe " + name, Stdout: name})
		data := fmt.Appendf(nil, "\r\nActive Connections\r\n\r\n  Proto  Local Address          Foreign Address        State           PID\r\n  TCP    127.0.0.1:%d         0.0.0.0:0              LISTENING       4\r\n", i)
		if err := os.WriteFile(filepath.Join(host, name), append(data, text[:size-len(data)]...), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	record, err := json.Marshal(h)
	if err == nil {
		err = os.WriteFile(filepath.Join(host, collect.ReplayFile), record, 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	return host, list
}

// BenchmarkCapture captures 1,000 outputs of 1 MB, to a snapshot that is whole, and measures beside it, in turns, what reading and
// hashing the same bytes takes with as many workers, and what copying them durably takes besides. The ratios are reported as
// "of-hashing" and "of-copying", and that of the processor's time, which other work beside it does not change, as
// "cpu-of-hashing". heap-MB is the largest heap in use while it captured: it does not grow with the outputs.
func BenchmarkCapture(b *testing.B) {
	if testing.Short() {
		b.Skip("writes 4 GB")
	}
	const n, size = 1000, 1 << 20
	host, list := manyOutputs(b, n, size)
	b.SetBytes(n * size)
	var ours, hashing, copying, oursCPU, hashingCPU time.Duration
	var peak uint64
	for b.Loop() {
		stop := watchHeap(&peak)
		start, cpu := time.Now(), processorTime(b)
		captureAll(b, host, list)
		ours += time.Since(start)
		oursCPU += processorTime(b) - cpu
		stop()
		b.StopTimer()
		start, cpu = time.Now(), processorTime(b)
		hashAll(b, host, n, "")
		hashing += time.Since(start)
		hashingCPU += processorTime(b) - cpu
		start = time.Now()
		copies := b.TempDir()
		hashAll(b, host, n, copies)
		copying += time.Since(start)
		os.RemoveAll(copies)
		b.StartTimer()
	}
	b.ReportMetric(hashing.Seconds()/float64(b.N), "hashing-s/op")
	b.ReportMetric(ours.Seconds()/hashing.Seconds(), "of-hashing")
	b.ReportMetric(ours.Seconds()/copying.Seconds(), "of-copying")
	b.ReportMetric(oursCPU.Seconds()/hashingCPU.Seconds(), "cpu-of-hashing")
	b.ReportMetric(float64(peak)/1e6, "heap-MB")
}

// processorTime is what this process has taken of the processor so far.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func captureAll(b *testing.B, host string, list []*collect.Collector) {
	b.Helper()
	h, err := collect.OpenReplay(os.DirFS(host))
	if err != nil {
		b.Fatal(err)
	}
	dest := filepath.Join(b.TempDir(), "snapshot")
	g, err := snapshot.Gather(dest, snapshot.Header{Host: "AUTOMATE01", Tool: "test"}, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer g.Close()
	o := collect.Options{Now: time.Now, Scratch: g.Scratch(), Done: g.Done}
	if err := collect.Run(b.Context(), h, list, o, recogniseThen(g.Put)); err != nil {
		b.Fatal(err)
	}
	if _, err := g.Finish(b.Context(), nil); err != nil {
		b.Fatal(err)
	}
	os.RemoveAll(dest)
}

// hashAll reads and hashes what the host prints, and if to is a folder, copies it there durably.
func hashAll(b *testing.B, host string, n int, to string) {
	b.Helper()
	one := func(name string) error {
		f, err := os.Open(filepath.Join(host, name))
		if err != nil {
			return err
		}
		defer f.Close()
		if to == "" {
			_, err = io.Copy(sha256.New(), f)
			return err
		}
		copied, err := os.Create(filepath.Join(to, name))
		if err != nil {
			return err
		}
		_, err = io.Copy(io.MultiWriter(sha256.New(), copied), f)
		return errors.Join(err, copied.Sync(), copied.Close())
	}
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.NumCPU() {
		wg.Go(func() {
			for i := range next {
				if err := one(fmt.Sprintf("output-%04d.txt", i)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// watchHeap notes the largest heap in use until it is told to stop.
func watchHeap(peak *uint64) (stop func()) {
	runtime.GC()
	done, ended := make(chan bool), make(chan bool)
	go func() {
		defer close(ended)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			*peak = max(*peak, m.HeapInuse)
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}
