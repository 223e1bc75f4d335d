package host

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// runner is one process, in the form that go-plugin wants it (runner.Runner). It owns
// the pipes: go-plugin sees the handshake line and nothing else, so that no noise and
// no flood of a plugin reaches it.
type runner struct {
	argv, env []string
	dir       string // the socket's, "" until known
	foreign   bool   // not ours: what it may start is watched too

	words  tail // what the plugin wrote to stderr, bounded
	done   chan struct{}
	killed atomic.Bool

	startErr error
	waitErr  error // valid once done is closed

	lines, quiet       *io.PipeReader // what go-plugin reads as stdout and stderr
	toLines, toSilence *io.PipeWriter

	mu      sync.Mutex
	cmd     *exec.Cmd // once it runs
	stdin   *os.File  // our end of its lifeline
	spoke   bool
	version int
}

// handshakeLine is go-plugin's: core version, protocol version, network, address, kind.
var handshakeLine = regexp.MustCompile(`^1\|(\d{1,6})\|(unix|tcp)\|([^|]+)\|grpc(\||$)`)

// maxLine bounds the line that may be a handshake.
const maxLine = 4096

func newRunner(argv []string) *runner {
	r := &runner{argv: argv, done: make(chan struct{})}
	r.lines, r.toLines = io.Pipe()
	r.quiet, r.toSilence = io.Pipe()
	return r
}

// Start implements runner.Runner.
func (r *runner) Start(context.Context) error {
	r.startErr = r.start()
	if r.startErr != nil {
		r.finish(r.startErr)
	}
	return r.startErr
}

func (r *runner) start() error {
	cmd := exec.Command(r.argv[0], r.argv[1:]...)
	cmd.Env, cmd.Dir, cmd.SysProcAttr = r.env, r.dir, sysProcAttr()
	var pipes [3]struct{ r, w *os.File }
	defer func() { // the child has its own copies by now
		for _, f := range []*os.File{pipes[0].r, pipes[1].w, pipes[2].w} {
			if f != nil {
				_ = f.Close()
			}
		}
	}()
	for i := range pipes {
		var err error
		if pipes[i].r, pipes[i].w, err = os.Pipe(); err != nil {
			return err
		}
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = pipes[0].r, pipes[1].w, pipes[2].w
	exited, err := launch(cmd)
	if err != nil {
		return errors.Join(err, pipes[0].w.Close(), pipes[1].r.Close(), pipes[2].r.Close())
	}
	r.runs(cmd, pipes[0].w)
	var readers sync.WaitGroup
	readers.Go(func() { r.listen(pipes[1].r) })
	readers.Go(func() { _, _ = io.Copy(&r.words, pipes[2].r) })
	release := func() {}
	if r.foreign {
		release = watchGroup(cmd.Process.Pid)
	}
	go func() {
		err := <-exited
		killGroup(cmd) // what it started and left behind
		release()
		drain(&readers, pipes[1].r, pipes[2].r)
		r.finish(err)
	}()
	return nil
}

// runs notes the started process. One that was to be killed meanwhile is killed now.
func (r *runner) runs(cmd *exec.Cmd, stdin *os.File) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cmd, r.stdin = cmd, stdin
	if r.killed.Load() {
		killGroup(cmd)
	}
}

// drain waits for the last output. Somebody else may hold the other end of the pipes
// for ever, so the wait is short.
func drain(readers *sync.WaitGroup, files ...*os.File) {
	for _, f := range files {
		_ = f.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	}
	readers.Wait()
	for _, f := range files {
		_ = f.Close()
	}
}

func (r *runner) finish(err error) {
	r.waitErr = err
	_ = r.toLines.Close()
	_ = r.toSilence.Close()
	close(r.done)
}

// listen passes the handshake on and drops all else that comes on stdout.
func (r *runner) listen(from io.Reader) {
	in := bufio.NewReaderSize(from, maxLine)
	for skip := false; ; {
		line, err := in.ReadSlice('\n')
		whole := !skip && err == nil
		skip = errors.Is(err, bufio.ErrBufferFull) // the rest of a line too long to be one
		if whole && r.heard(strings.TrimSpace(string(line))) {
			_, _ = io.Copy(io.Discard, in)
			return
		}
		if err != nil && !skip {
			return
		}
	}
}

// heard takes a line and reports whether it was the handshake.
func (r *runner) heard(line string) bool {
	m := handshakeLine.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	version, err := strconv.Atoi(m[1])
	if err != nil || !r.mine(m[2], m[3]) {
		return false
	}
	r.mu.Lock()
	r.spoke, r.version = true, version
	r.mu.Unlock()
	_, _ = fmt.Fprintln(r.toLines, line)
	return true
}

// mine reports whether an address is one that this plugin may answer at: a socket in
// its own directory, or, where there are no such sockets, a port of this machine. A
// plugin must not make the host talk to somebody else.
func (r *runner) mine(network, address string) bool {
	if network == "unix" {
		return filepath.Dir(address) == r.dir
	}
	return tcpSockets && strings.HasPrefix(address, "127.0.0.1:")
}

// handshake returns whether the plugin introduced itself, and the version it speaks.
func (r *runner) handshake() (spoke bool, version int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.spoke, r.version
}

// cut cuts the lifeline: a plugin of our SDK leaves.
func (r *runner) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stdin != nil {
		_ = r.stdin.Close()
	}
}

// kill ends the process and its group at once. It may be called at any time, before
// the start and again too.
func (r *runner) kill() {
	select {
	case <-r.done:
		return
	default:
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.killed.Store(true)
	if r.cmd != nil {
		killGroup(r.cmd)
	}
}

// exitCode is the process's, -1 while it runs or when a signal ended it.
func (r *runner) exitCode() int {
	select {
	case <-r.done:
	case <-time.After(deathNotice):
		return -1
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd == nil || r.cmd.ProcessState == nil {
		return -1
	}
	return r.cmd.ProcessState.ExitCode()
}

// lastWords is one line that says why the process ended.
func (r *runner) lastWords() string {
	if s := r.words.reason(); s != "" {
		return s
	}
	select {
	case <-r.done:
		if r.waitErr != nil {
			return r.waitErr.Error()
		}
		return "exit status 0"
	default:
		return "connection lost"
	}
}

// Wait implements runner.Runner.
func (r *runner) Wait(context.Context) error {
	<-r.done
	return r.waitErr
}

// Kill implements runner.Runner.
func (r *runner) Kill(context.Context) error {
	r.kill()
	return nil
}

// Stdout implements runner.Runner: the handshake line, then silence until the end.
func (r *runner) Stdout() io.ReadCloser { return r.lines }

// Stderr implements runner.Runner: silence until the end.
func (r *runner) Stderr() io.ReadCloser { return r.quiet }

// Name implements runner.Runner.
func (r *runner) Name() string { return filepath.Base(r.argv[0]) }

// ID implements runner.Runner.
func (r *runner) ID() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd == nil {
		return ""
	}
	return strconv.Itoa(r.cmd.Process.Pid)
}

// Diagnose implements runner.Runner.
func (r *runner) Diagnose(context.Context) string { return "" }

// PluginToHost implements runner.Runner.
func (r *runner) PluginToHost(network, address string) (string, string, error) {
	return network, address, nil
}

// HostToPlugin implements runner.Runner.
func (r *runner) HostToPlugin(network, address string) (string, string, error) {
	return network, address, nil
}
