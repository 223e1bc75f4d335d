package book

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Command reads books in a process of its own, started with the arguments: this program
// again, which then calls [Main]. It gets nothing of our environment but what programs
// need to start, and ends when its standard input does, so also when we end.
func Command(argv []string) Start {
	return func() (Conn, error) {
		c := &child{done: make(chan struct{})}
		c.cmd = exec.Command(argv[0], argv[1:]...)
		c.cmd.Env = environment()
		c.cmd.Stderr = &c.words
		c.cmd.SysProcAttr = sysProcAttr()
		c.cmd.WaitDelay = time.Second
		var err error
		if c.in, err = c.cmd.StdinPipe(); err != nil {
			return nil, err
		}
		r, w, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		c.out, c.cmd.Stdout = r, w
		widen(w)
		err = c.cmd.Start()
		_ = w.Close()
		if err != nil {
			_ = r.Close()
			return nil, err
		}
		release := confine(c.cmd)
		go func() {
			defer close(c.done)
			c.err = c.cmd.Wait()
			release()
		}()
		return c, nil
	}
}

// child is the process.
type child struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *os.File
	words tail
	once  sync.Once
	shut  sync.Once
	done  chan struct{}
	err   error
}

// Read implements io.Reader.
func (c *child) Read(b []byte) (int, error) { return c.out.Read(b) }

// Write implements io.Writer.
func (c *child) Write(b []byte) (int, error) { return c.in.Write(b) }

// Kill implements Conn.
func (c *child) Kill() {
	c.once.Do(func() {
		_ = c.cmd.Process.Kill()
		_ = c.in.Close()
	})
}

// lastWords is how long a process whose stream has ended may take to end by itself, and
// so to say why.
const lastWords = 200 * time.Millisecond

// Wait implements Conn.
func (c *child) Wait() *Error {
	select {
	case <-c.done:
	case <-time.After(lastWords):
		c.Kill()
		<-c.done
	}
	c.shut.Do(func() { _ = c.out.Close() })
	words := c.words.String()
	switch {
	case c.cmd.ProcessState.ExitCode() == exitMemory, strings.Contains(words, "out of memory"), strings.Contains(words, "cannot allocate memory"):
		return &Error{Code: Memory, Detail: "memory", Err: c.err}
	case c.err == nil:
		return nil
	}
	line, _, _ := strings.Cut(strings.TrimSpace(words), "\n")
	return &Error{Code: Crashed, Detail: "crashed", Part: short(line), Err: c.err}
}

// tail keeps the first and drops the rest of what a process says on its standard error:
// a crash begins with its reason.
type tail struct {
	mu sync.Mutex
	b  bytes.Buffer
}

const tailBytes = 4 << 10

// Write implements io.Writer.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if room := tailBytes - t.b.Len(); room > 0 {
		t.b.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

// String returns what was kept.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}

// environment is that of the process.
func environment() []string {
	out := []string{"GOTRACEBACK=single", "GOMAXPROCS=2"}
	for _, name := range [...]string{"PATH", "LANG", "TZ", "ZONEINFO", "SystemRoot", "windir", "GOCOVERDIR"} {
		if v, ok := os.LookupEnv(name); ok {
			out = append(out, name+"="+v)
		}
	}
	return out
}
