package collect

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
	"time"
)

// line is what all connections of a probe go through: so many begun in a second, so many open at a time.
type line struct {
	o     ProbeOptions
	slots chan struct{}
	ticks <-chan time.Time
	first chan struct{} // holds one token, so that the first connection need not wait
}

// newLine returns a line and how to end it.
func newLine(o ProbeOptions) (*line, func()) {
	ticker := time.NewTicker(time.Second / time.Duration(o.Rate))
	l := &line{o: o, slots: make(chan struct{}, o.Parallel), ticks: ticker.C, first: make(chan struct{}, 1)}
	l.first <- struct{}{}
	return l, ticker.Stop
}

// connect waits for its turn, connects, and hands the connection to use with a context that ends when the time for this
// connection is over. Then every read and write fails, too. It returns when its turn came, and the error of connecting.
func (l *line) connect(ctx context.Context, address string, use func(context.Context, net.Conn)) (began time.Time, err error) {
	select {
	case l.slots <- struct{}{}:
		defer func() { <-l.slots }()
	case <-ctx.Done():
		return l.o.Now(), errNotAsked
	}
	select {
	case <-l.first:
	case <-l.ticks:
	case <-ctx.Done():
		return l.o.Now(), errNotAsked
	}
	if ctx.Err() != nil {
		return l.o.Now(), errNotAsked
	}
	began = l.o.Now()
	ctx, stop := context.WithTimeout(ctx, l.o.Wait)
	defer stop()
	conn, err := dial(ctx, l.o, address)
	if err != nil {
		return began, err
	}
	defer conn.Close()
	end := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer end()
	if use != nil {
		use(ctx, conn)
	}
	return began, nil
}

// errNotAsked says that the run ended before a connection was begun.
var errNotAsked = errors.New("not asked: " + errNoTime.Error())

// dial connects. It returns when ctx ends even if the dialer does not.
func dial(ctx context.Context, o ProbeOptions, address string) (net.Conn, error) {
	type result struct {
		conn net.Conn
		err  error
	}
	done := make(chan result, 1)
	go func() {
		conn, err := o.Dial(ctx, "tcp", address)
		done <- result{conn, err}
	}()
	select {
	case r := <-done:
		return r.conn, r.err
	case <-ctx.Done():
		go func() { // whatever still comes of it is closed
			if r := <-done; r.conn != nil {
				r.conn.Close()
			}
		}()
		return nil, ctx.Err()
	}
}

// The numbers by which Windows says that a connection was refused or reset (winerror.h: WSAECONNREFUSED, WSAECONNRESET).
const (
	windowsRefused = syscall.Errno(10061)
	windowsReset   = syscall.Errno(10054)
	windowsAborted = syscall.Errno(10053)
)

func isRefused(err error) bool {
	var n syscall.Errno
	return errors.As(err, &n) && (n == syscall.ECONNREFUSED || n == windowsRefused)
}

func isReset(err error) bool {
	var n syscall.Errno
	return errors.As(err, &n) && (n == syscall.ECONNRESET || n == windowsReset || n == windowsAborted)
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}

// connectError says in words why there is no connection, without the addresses, which stand elsewhere.
func connectError(err error, o ProbeOptions) string {
	switch {
	case errors.Is(err, errNotAsked):
		return err.Error()
	case isRefused(err):
		return "the connection was refused"
	case isTimeout(err):
		return "no answer within " + o.Wait.String()
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		err = op.Err
	}
	return oneLine(err)
}
