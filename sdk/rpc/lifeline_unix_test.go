//go:build unix

package rpc

import (
	"errors"
	"os"
	"syscall"
	"testing"
	"time"
)

// A pipe is waited for in the poller, so that a read of it can be given a deadline.
func TestWaitable(t *testing.T) {
	t.Parallel()
	var ends [2]int
	if err := syscall.Pipe(ends[:]); err != nil {
		t.Fatal(err)
	}
	r, w := waitable(uintptr(ends[0]), "lifeline"), os.NewFile(uintptr(ends[1]), "host")
	defer r.Close()
	if err := r.SetReadDeadline(time.Now().Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a read of it: %v", err)
	}
	if err := errors.Join(r.SetReadDeadline(time.Time{}), w.Close()); err != nil {
		t.Fatal(err)
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("after its end: %d bytes, %v", n, err)
	}
}
