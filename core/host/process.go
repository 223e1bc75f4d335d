package host

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	grpcrunner "github.com/hashicorp/go-plugin/runner"

	"qunxiang/core"
	"qunxiang/sdk/rpc"
)

// limits are what one run may use.
type limits struct{ threads int }

// process is one running plugin.
type process struct {
	program program
	run     *runner
	plugin  *plugin.Client
	client  *rpc.Client
	overfed atomic.Bool // killed for its memory
}

// ended reports whether the process has gone.
func (p *process) ended() bool {
	select {
	case <-p.run.done:
		return true
	default:
		return false
	}
}

// awaitEnd waits for the process's end, but not long.
func (p *process) awaitEnd(d time.Duration) {
	select {
	case <-p.run.done:
	case <-time.After(d):
	}
}

// lastWords says how the process ended, in one line.
func (p *process) lastWords() string { return p.run.lastWords() }

var errClosed = errors.New("the host is closed")

// start starts a plugin and connects to it. The caller stops it.
func (h *Host) start(ctx context.Context, server program, l limits) (*process, error) {
	if ctx.Err() != nil {
		return nil, cancelled("start plugin", ctx.Err())
	}
	keys, secret, err := h.keys()
	if err != nil {
		return nil, err
	}
	dir, err := h.enter()
	if err != nil {
		return nil, err
	}
	p := &process{program: server, run: newRunner(server.argv)}
	p.run.foreign = server.methods == nil
	p.plugin = plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  rpc.Handshake(),
		VersionedPlugins: rpc.Versions(),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		SkipHostEnv:      true,
		StartTimeout:     h.config.Start,
		UnixSocketConfig: &plugin.UnixSocketConfig{TempDir: dir},
		GRPCDialOptions:  rpc.DialOptions(),
		Logger:           hclog.NewNullLogger(),
		SyncStdout:       &p.run.words,
		SyncStderr:       &p.run.words,
		TLSConfig:        keys,
		RunnerFunc: func(_ hclog.Logger, spec *exec.Cmd, dir string) (grpcrunner.Runner, error) {
			p.run.dir, p.run.env = dir, slices.Concat(h.environment(server, l, dir), secret, spec.Env)
			return p.run, nil
		},
	})
	if err := h.connect(ctx, p); err != nil {
		h.stop(p)
		return nil, err
	}
	if h.config.Most > 0 {
		go p.watchMemory(h.config.Most)
	}
	return p, nil
}

// memoryLook is how often a plugin's memory is looked at: a machine fills some
// hundreds of megabytes in that time.
const memoryLook = 200 * time.Millisecond

// watchMemory kills a plugin that takes more memory than it may, before the system
// starts to kill others.
func (p *process) watchMemory(most int64) {
	pid, err := strconv.Atoi(p.run.ID())
	if err != nil {
		return
	}
	tick := time.NewTicker(memoryLook)
	defer tick.Stop()
	for {
		select {
		case <-p.run.done:
			return
		case <-tick.C:
		}
		if resident(pid) > most {
			p.overfed.Store(true)
			p.run.kill()
			return
		}
	}
}

// keys are those of one connection, and what the plugin's environment gets of them;
// none where the file system keeps strangers from the socket.
func (h *Host) keys() (config *tls.Config, env []string, err error) {
	if !h.config.Encrypt && !tcpSockets {
		return nil, nil, nil
	}
	config, secret, err := rpc.IssueTLS()
	if err != nil {
		return nil, nil, &core.Error{Code: core.CodeInternal, Origin: core.OriginApp, Op: "start plugin", Err: err}
	}
	return config, []string{rpc.EnvTLS + "=" + secret}, nil
}

// enter counts one more process and returns the directory for its socket.
func (h *Host) enter() (string, error) {
	h.life.Lock()
	defer h.life.Unlock()
	if h.closed {
		return "", &core.Error{Code: core.CodeInternal, Origin: core.OriginApp, Op: "start plugin", Err: errClosed}
	}
	if h.dir == nil {
		dir, err := newRunDir(h.config.RunDir)
		if err != nil {
			return "", &core.Error{Code: CodeRunDir, Origin: core.OriginApp, Op: "start plugin", Args: core.Args{"detail": err.Error()}, Err: err}
		}
		h.dir = dir
	}
	h.running.Add(1)
	return h.dir.path, nil
}

// connect waits for the handshake and the connection. go-plugin's own waiting has no
// end where a plugin freezes between the two, so it is done aside.
func (h *Host) connect(ctx context.Context, p *process) error {
	done := make(chan error, 1)
	go func() {
		protocol, err := p.plugin.Client()
		if err == nil {
			var raw any
			if raw, err = protocol.Dispense(rpc.Service); err == nil {
				p.client, _ = raw.(*rpc.Client)
			}
		}
		done <- err
	}()
	timeout := time.NewTimer(h.config.Start)
	defer timeout.Stop()
	var err error
	select {
	case err = <-done:
		if err == nil {
			return nil
		}
	case <-timeout.C:
		err = context.DeadlineExceeded
		p.run.kill()
		<-done
	case <-ctx.Done():
		p.run.kill()
		<-done
		return cancelled("start plugin", ctx.Err())
	}
	return h.startFailure(p, err)
}

// startFailure says why a plugin did not come up.
func (h *Host) startFailure(p *process, err error) error {
	e := &core.Error{Code: CodeStart, Origin: core.OriginPlugin, Op: "start plugin", Where: core.Where{Plugin: p.program.id}, Err: err}
	spoke, version := p.run.handshake()
	switch {
	case spoke && version != rpc.ProtocolVersion:
		e.Code, e.Args = CodeIncompatible, core.Args{"got": version, "want": rpc.ProtocolVersion}
	case p.run.startErr != nil:
		e.Args, e.Err = core.Args{"detail": p.run.startErr.Error()}, p.run.startErr
	case p.run.exitCode() == rpc.ExitReplaced && p.program.self:
		e.Code, e.Origin, e.Where = CodeReplaced, core.OriginApp, core.Where{}
	case errors.Is(err, context.DeadlineExceeded), p.run.killed.Load() && p.run.exitCode() < 0:
		// Killed for what it said or did not say. One that has ended by itself is killed too
		// when the end of its output is noticed before its own.
		e.Code, e.Args = CodeNoHandshake, core.Args{"seconds": int(h.config.Start.Seconds())}
	default:
		p.awaitEnd(deathNotice)
		e.Args = core.Args{"detail": p.lastWords()}
	}
	return e
}

// stop sees a plugin off, without waiting for it: its lifeline is cut, a moment later
// its group is killed. [Host.Close] waits.
func (h *Host) stop(p *process) {
	go func() {
		defer h.running.Done()
		p.run.cut()
		p.awaitEnd(h.config.Grace)
		p.run.kill()
		if p.awaitEnd(maxGrace); p.ended() {
			p.plugin.Kill() // only tidies up; with a live process it may wait for ever
		}
		_ = os.RemoveAll(p.run.dir)
		if words := p.run.words.String(); words != "" {
			_, _ = fmt.Fprintf(h.config.Log, "plugin %s: %s\n", p.program.id, words)
		}
	}()
}

// kept are the variables of our environment that a plugin gets: what programs need to
// start and to speak, nothing about the user.
var kept = [...]string{"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "ZONEINFO", "SystemRoot", "windir", "GOCOVERDIR"}

// environment is a plugin's. Its home and temporary directory are the socket's
// directory, which disappears with it.
func (h *Host) environment(server program, l limits, dir string) []string {
	env := []string{
		"HOME=" + dir, "TMPDIR=" + dir, "TMP=" + dir, "TEMP=" + dir,
		rpc.EnvLifeline + "=stdin", "GOTRACEBACK=single",
	}
	for _, name := range kept {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	if server.self {
		env = append(env, rpc.EnvBuild+"="+rpc.BuildID())
	}
	if l.threads > 0 {
		n := strconv.Itoa(l.threads)
		env = append(env, "GOMAXPROCS="+n, "OMP_NUM_THREADS="+n, "OPENBLAS_NUM_THREADS="+n)
	}
	if most := h.config.soft(Room()); most > 0 {
		env = append(env, "GOMEMLIMIT="+strconv.FormatInt(most, 10))
	}
	return env
}
