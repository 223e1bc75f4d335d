package book

import (
	"context"
	"fmt"
	"io"
	"sync"
)

// Inside reads books in this process: for tests, and for who trusts the file. A panic
// of a reader is an error as elsewhere; memory and time have no bounds but the readers'.
func Inside(open Opener) Start {
	return func() (Conn, error) {
		ctx, cancel := context.WithCancel(context.Background())
		inR, inW := io.Pipe()
		outR, outW := io.Pipe()
		c := &inside{in: inW, out: outR, cancel: cancel, done: make(chan struct{})}
		go func() {
			defer close(c.done)
			err := c.serve(ctx, inR, outW, open)
			_ = inR.CloseWithError(io.ErrClosedPipe)
			_ = outW.CloseWithError(err)
		}()
		return c, nil
	}
}

type inside struct {
	in     *io.PipeWriter
	out    *io.PipeReader
	cancel context.CancelFunc
	done   chan struct{}
	once   sync.Once
	fault  *Error
}

func (c *inside) serve(ctx context.Context, in io.Reader, out io.Writer, open Opener) (err error) {
	defer func() {
		if r := recover(); r != nil {
			c.fault = &Error{Code: Crashed, Detail: "crashed", Part: short(fmt.Sprint(r))}
			err = c.fault
		}
	}()
	return Serve(ctx, in, out, open)
}

// Read implements io.Reader.
func (c *inside) Read(b []byte) (int, error) { return c.out.Read(b) }

// Write implements io.Writer.
func (c *inside) Write(b []byte) (int, error) { return c.in.Write(b) }

// Kill implements Conn.
func (c *inside) Kill() {
	c.once.Do(func() {
		c.cancel()
		_ = c.in.CloseWithError(io.EOF)
		_ = c.out.CloseWithError(io.ErrClosedPipe)
	})
}

// Wait implements Conn. A reader that hangs is left behind.
func (c *inside) Wait() *Error {
	select {
	case <-c.done:
		return c.fault
	default:
		return nil
	}
}
