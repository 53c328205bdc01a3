package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/collect"
	"auditpack/evidence/parse"
	"auditpack/evidence/snapshot"
)

// probeOptions are the flags of probe.
type probeOptions struct {
	dest, host, previous, note string
	ports                      []string
	timeout, wait              time.Duration
	dryRun, force              bool
	rate                       int // 0: the default
}

func newProbeCommand() *cobra.Command {
	var o probeOptions
	cmd := &cobra.Command{
		Use:   "probe TARGET… -o SNAPSHOT",
		Short: "From outside: take what a server shows, and write a snapshot",
		Long: `Asks a server what it shows to anybody who can reach it from here, and writes a snapshot: a BagIt bag, as a folder or as a
.zip. A TARGET is a URL (https://automate.example.com), a host name or an IP address; without a scheme https is meant. Only
the hosts that you name are asked, at most five connections begin in a second, and at most four are open at a time.

Of each target, at each address that its name stands for:
  HTTP   GET and OPTIONS for its path; HEAD and GET for /aspnet_client in HTTP/1.0 without a Host header, which shows
         whether the server gives an internal address away. Redirections are recorded and not followed; there are no
         cookies; of a body the first 64 KiB are kept.
  TLS    SSL 3.0 and TLS 1.0 to 1.3, each offered by itself, with every byte of the handshake; the certificates.
  ports  its own and those of --port: open, closed (refused) or filtered (no answer in time).

What is seen depends on where you are: a firewall may say something else to somebody else. The snapshot says from where,
by the name of this computer and --note. --dry-run prints what would be sent to whom, and sends nothing.

Several hosts become a snapshot each, in the folder -o. To merge a probe with a capture of the same server, give its own
name by --host.

EXIT STATUS
  0  everything was asked and answered
  1  failed or interrupted; no snapshot was written
  2  wrong usage
  3  done, but something did not answer or was cut short, or the snapshot named by --previous is of another host or not older`,
		Example: `  auditpack probe https://automate.example.com --port 3306,3389,8040-8041 --note "office network" -o outside
  auditpack probe 192.0.2.10 2001:db8::10 --dry-run`,
		Args: wantArgs(1, -1, "one or more URLs, host names or IP addresses"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runProbe(cmd.Context(), o, args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVarP(&o.dest, "output", "o", "", "the snapshot to write: a new `folder`, or a name ending in .zip; for several hosts a folder")
	f.StringVar(&o.host, "host", "", "the `name` of the machine as its own system says, where that is not the target's")
	f.StringSliceVar(&o.ports, "port", nil, "a TCP `port` or a range of ports to try besides the targets' own")
	f.DurationVar(&o.timeout, "timeout", 5*time.Minute, "the `time` for everything; what is left then is recorded as not asked")
	f.DurationVar(&o.wait, "wait", 5*time.Second, "the `time` for one connection")
	f.StringVar(&o.previous, "previous", "", "the `snapshot` of this host before this one, or its digest, which is taken in")
	f.StringVar(&o.note, "note", "", "a few `words` on where you are: they stand beside everything that was seen")
	f.BoolVar(&o.dryRun, "dry-run", false, "print what would be sent to whom, and send nothing")
	f.BoolVar(&o.force, "force", false, "replace an existing snapshot")
	return cmd
}

func runProbe(ctx context.Context, o probeOptions, args []string, stdout, stderr io.Writer) error {
	p, err := o.options()
	if err != nil {
		return err
	}
	targets, err := probeTargets(args)
	if err != nil {
		return err
	}
	hosts := hostsOf(targets)
	switch {
	case o.dryRun:
		return foreseeProbe(targets, p, stdout)
	case o.dest == "":
		return &usageError{errors.New("probe needs -o: the snapshot to write")}
	case len(hosts) > 1 && (o.host != "" || o.previous != ""):
		return &usageError{fmt.Errorf("--host and --previous are for one host, and these are %d", len(hosts))}
	case len(hosts) > 1 && strings.EqualFold(filepath.Ext(o.dest), ".zip"):
		return &usageError{fmt.Errorf("%d hosts become %d snapshots: -o has to be a folder", len(hosts), len(hosts))}
	}
	set, err := newProbeSet(ctx, o, p, hosts)
	if err != nil {
		return err
	}
	defer set.abort()
	steps, err := collect.PlanProbe(ctx, targets, p)
	if err != nil {
		return err
	}
	for _, s := range steps {
		set.hostOf[s.Path] = s.Target.Host
	}
	shown := newCaptureProgress(stderr)
	if shown.terminal {
		p.Progress = func(e collect.ProbeEvent) { showProbeProgress(stderr, e) }
	}
	err = collect.RunProbe(ctx, steps, p, set.put)
	shown.end()
	if err != nil {
		return err
	}
	return set.finish(ctx, stdout)
}

// options returns what the flags say.
func (o probeOptions) options() (collect.ProbeOptions, error) {
	name, err := os.Hostname()
	if err != nil || name == "" {
		name = "an unnamed computer"
	}
	if o.note != "" {
		name += " (" + o.note + ")"
	}
	p := collect.ProbeOptions{Vantage: name, Host: o.host, Now: time.Now, Wait: o.wait, All: o.timeout, Rate: o.rate}
	var ranges []evidence.PortRange
	for _, text := range o.ports {
		r, err := evidence.ParsePortRange(text)
		if err != nil {
			return p, &usageError{fmt.Errorf("--port: %w", err)}
		}
		ranges = append(ranges, r)
	}
	p.Ports = evidence.NewPorts(ranges...)
	if o.timeout <= 0 || o.wait <= 0 {
		return p, &usageError{errors.New("--timeout and --wait have to be above zero")}
	}
	if err := p.Check(); err != nil {
		return p, &usageError{err}
	}
	return p, nil
}

// probeTargets reads what an operator named.
func probeTargets(args []string) ([]collect.ProbeTarget, error) {
	var targets []collect.ProbeTarget
	for _, text := range args {
		t, err := collect.ParseProbeTarget(text)
		if err != nil {
			return nil, &usageError{err}
		}
		targets = append(targets, t)
	}
	return targets, nil
}

// hostsOf lists the hosts of targets in their order.
func hostsOf(targets []collect.ProbeTarget) []string {
	var hosts []string
	for _, t := range targets {
		if !slices.Contains(hosts, t.Host) {
			hosts = append(hosts, t.Host)
		}
	}
	return hosts
}

// foreseeProbe prints what would be sent to whom: every byte of the HTTP requests and of the ClientHellos.
func foreseeProbe(targets []collect.ProbeTarget, p collect.ProbeOptions, stdout io.Writer) error {
	steps, err := collect.ForeseeProbe(targets, p)
	if err != nil {
		return err
	}
	st := newStyle(stdout)
	fmt.Fprintf(stdout, "from %s. Nothing was sent, and no name was resolved.\n", clean(p.Vantage))
	connections, last := 0, ""
	for _, s := range steps {
		if s.Target.Host != last {
			last = s.Target.Host
			where := ", at each address that it stands for"
			if s.Address.IsValid() {
				where = ""
			}
			fmt.Fprintf(stdout, "\n%s%s\n", st.bold(last), where)
		}
		connections += s.Connections()
		fmt.Fprintf(stdout, "  %s\n", clean(s.String()))
		for _, line := range s.Bytes() {
			fmt.Fprintf(stdout, "      %s\n", line)
		}
	}
	fmt.Fprintf(stdout, "\n%d connections for each address, %d items\n", connections, len(steps))
	return nil
}

// probedItem is an Item with what it shows, for people.
type probedItem struct {
	item  evidence.Item
	shows string
}

// probeSet is the snapshots of one run, one for each host.
type probeSet struct {
	o       probeOptions
	dests   []string
	writers []*snapshot.Writer
	hosts   []string
	hostOf  map[string]string // by path of an Item
	items   [][]probedItem
	made    string // the folder that was made for several snapshots

	previous snapshot.Link // the snapshot before, if one was named
}

// newProbeSet begins the snapshots, so that a place that cannot be written is known before anything is asked.
func newProbeSet(ctx context.Context, o probeOptions, p collect.ProbeOptions, hosts []string) (*probeSet, error) {
	s := &probeSet{o: o, hosts: hosts, hostOf: map[string]string{}, items: make([][]probedItem, len(hosts))}
	header := snapshot.Header{Operator: p.Vantage, Tool: "auditpack " + version}
	if o.previous != "" {
		var err error
		if s.previous, err = openPrevious(ctx, o.previous); err != nil {
			return nil, err
		}
		header.Previous = s.previous.Digest
	}
	if len(hosts) > 1 {
		if err := bag.Mkdir(o.dest); err == nil {
			s.made = o.dest
		} else if !errors.Is(err, os.ErrExist) {
			return nil, err
		}
	}
	for _, host := range hosts {
		dest := o.dest
		if len(hosts) > 1 {
			dest = filepath.Join(o.dest, strings.ReplaceAll(host, ":", "-"))
		}
		header.Host = host
		if o.host != "" {
			header.Host = o.host
		}
		w, err := snapshot.Create(dest, header, bag.Options{Replace: o.force})
		if err != nil {
			s.abort()
			return nil, err
		}
		s.dests, s.writers = append(s.dests, dest), append(s.writers, w)
	}
	return s, nil
}

// put takes in an Item with what it shows.
func (s *probeSet) put(item evidence.Item, r io.Reader) error {
	i := slices.Index(s.hosts, s.hostOf[item.Path])
	var raw []byte
	if r != nil {
		var err error
		if raw, err = io.ReadAll(r); err != nil {
			return err
		}
		if item, _, err = recogniseItem(item, bytes.NewReader(raw)); err != nil {
			return err
		}
		r = bytes.NewReader(raw)
	}
	item, err := s.writers[i].Put(item, r)
	s.items[i] = append(s.items[i], probedItem{item, probeShows(item, raw)})
	return err
}

// finish puts the snapshots at their places and prints what was seen.
func (s *probeSet) finish(ctx context.Context, stdout io.Writer) error {
	look, all := 0, 0
	for i, w := range s.writers {
		digest, err := w.Commit(ctx)
		if err != nil {
			return err
		}
		look += showProbe(s.items[i], stdout)
		all += len(s.items[i])
		fmt.Fprintf(stdout, "snapshot: %s\n", s.dests[i])
		fmt.Fprintf(stdout, "sha256 of tagmanifest-sha256.txt: %s\n", newStyle(stdout).bold(digest.String()))
		fmt.Fprintf(stdout, "next: auditpack assess %s\n", s.dests[i])
	}
	if doubt := s.doubtPrevious(); doubt != "" {
		return &lookError{doubt}
	}
	if look > 0 {
		return &lookError{fmt.Sprintf("%d of %d items are not whole: the list says why", look, all)}
	}
	return nil
}

// doubtPrevious tells why the snapshot that was named may not be the one before.
func (s *probeSet) doubtPrevious() string {
	if s.o.previous == "" { // it is given for one host alone
		return ""
	}
	host := s.hosts[0]
	if s.o.host != "" {
		host = s.o.host
	}
	var items []evidence.Item
	for _, p := range s.items[0] {
		items = append(items, p.item)
	}
	return doubtPrevious(s.previous, host, items)
}

// abort removes what was not finished.
func (s *probeSet) abort() {
	for _, w := range s.writers {
		w.Abort()
	}
	if s.made != "" {
		os.Remove(s.made) // only an empty folder goes
	}
}

// showProbe prints what each Item shows, and returns how many are not whole.
func showProbe(items []probedItem, stdout io.Writer) (look int) {
	st := newStyle(stdout)
	slices.SortFunc(items, func(a, b probedItem) int { return strings.Compare(a.item.Path, b.item.Path) })
	for _, p := range items {
		result, text := evidence.Pass, p.shows
		if p.item.Status != evidence.Captured {
			look++
			result, text = evidence.NotCollected, string(p.item.Status)+": "+p.item.Note
		}
		fmt.Fprintf(stdout, "%s %s\n", st.result(result, mark(result)), clean(p.item.Name))
		fmt.Fprintf(stdout, "    %s\n", wrap(clean(text), width(), "    "))
	}
	return look
}

// probeShows says on one line what the bytes of an Item show.
func probeShows(item evidence.Item, raw []byte) string {
	if item.Status != evidence.Captured {
		return ""
	}
	content, err := parse.Read(item, bytes.NewReader(raw), nil)
	if err != nil || content.Refused != "" {
		return "no evidence: " + content.Refused
	}
	var parts []string
	for _, s := range content.Settings {
		switch s.Address.Kind() {
		case "port":
			_, port, _ := strings.Cut(string(s.Address), "/")
			parts = append(parts, port+" "+string(s.Value.(evidence.Reach).State))
		case "certificate":
			if _, facet, _ := strings.Cut(string(s.Address), "@"); slices.Contains([]string{"subject", "not-after", "names-host"}, facet) {
				parts = append(parts, facet+" "+s.Value.String())
			}
		default:
			parts = append(parts, s.Value.String())
		}
	}
	for _, p := range content.Problems {
		parts = append(parts, p.Message)
	}
	return strings.Join(parts, "; ")
}
