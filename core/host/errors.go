package host

import (
	"context"
	"errors"
	"strings"
	"time"

	"qunxiang/core"
	"qunxiang/sdk/rpc"
)

// The codes of this package, beside those of rpc faults.
const (
	CodeUnknownMethod = "unknown_method"        // user: method
	CodeNotAble       = "method_not_able"       // user: method
	CodeNotExportable = "model_not_exportable"  // user: method
	CodeRunDir        = "plugin_run_dir"        // app: detail
	CodeStart         = "plugin_start"          // detail
	CodeNoHandshake   = "plugin_no_handshake"   // seconds
	CodeIncompatible  = "plugin_incompatible"   // got, want
	CodeReplaced      = "program_replaced"      // app
	CodeCrashed       = "plugin_crashed"        // detail
	CodeSilent        = "plugin_not_responding" // seconds
	CodeMemory        = "plugin_memory"         // limit, in MB
	CodeFailed        = "plugin_failed"         // detail
	CodeTaken         = "plugin_method_taken"   // method
	CodePanicked      = "plugin_panicked"       // detail
)

// deathNotice is how long a broken connection waits for the news of the process's end,
// which tells what happened.
const deathNotice = 500 * time.Millisecond

// explain turns an error of a call into a core.Error that names the plugin.
func (h *Host) explain(ctx context.Context, op string, p *process, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return cancelled(op, ctx.Err())
	}
	if e, ok := errors.AsType[*core.Error](err); ok {
		return e
	}
	e := &core.Error{Code: CodeFailed, Origin: core.OriginPlugin, Op: op, Where: core.Where{Plugin: p.program.id}, Err: err}
	if f, ok := errors.AsType[*rpc.Fault](err); ok && !p.ended() {
		e.Code, e.Args = f.Code, core.Args(f.Args)
		return e
	}
	if m, ok := errors.AsType[*rpc.MethodError](err); ok {
		if m.Panic {
			e.Code = CodePanicked
		}
		e.Args = core.Args{"detail": m.Message}
		return e
	}
	if p.overfed.Load() {
		e.Code, e.Args = CodeMemory, core.Args{"limit": h.config.Most >> 20}
		return e
	}
	if errors.Is(err, rpc.ErrSilent) {
		e.Code, e.Args = CodeSilent, core.Args{"seconds": int(h.silence(op).Seconds())}
		return e
	}
	p.awaitEnd(deathNotice)
	e.Code, e.Args = CodeCrashed, core.Args{"detail": p.lastWords()}
	switch words := p.lastWords(); {
	case strings.Contains(words, "out of memory"): // said by the runtime where the system gives no more
		e.Args["detail"] = core.Message{Key: "host.out_of_memory"}
	case words == "signal: killed" && !p.run.killed.Load(): // as the system does where a container's memory runs out
		e.Args["detail"] = core.Message{Key: "host.killed"}
	}
	return e
}

// silence is the time that ran out when a call of the kind had no answer.
func (h *Host) silence(op string) time.Duration {
	switch op {
	case "run", "apply":
		return h.config.Silence
	case "export model":
		return exportTime
	}
	return h.config.Call
}

func cancelled(op string, err error) error {
	return &core.Error{Code: core.CodeCancelled, Origin: core.OriginCancelled, Op: op, Err: err}
}
