package host

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
	"qunxiang/sdk/table"
)

// Host runs the methods of plugins. It is safe for concurrent use.
type Host struct {
	config  Config
	plugins []program // bundled ones first

	mu      sync.Mutex // held while the catalogue is made, so that it is made once
	methods []Method
	broken  error              // of those that are not among them
	servers map[string]program // by method id
	own     map[string]Method  // bundled ones that were asked for alone

	life    sync.Mutex
	dir     *runDir // made with the first process
	closed  bool
	spare   *spare         // nil where none waits
	coming  *expected      // nil where none is being started to be the spare one
	running sync.WaitGroup // processes that have not gone yet
}

// program is a plugin as it is started.
type program struct {
	id, origin, trust string
	argv              []string
	methods           []string // the only ids that it may serve; nil = any that is not reserved
	self              bool     // the running program: its build must be the same
}

// verb is the argument under which the application serves bundled methods.
const verb = "plugin"

// New makes a host. Nothing is started before the first call.
func New(c Config) *Host {
	h := &Host{config: c.withDefaults()}
	for _, id := range c.Bundled {
		h.plugins = append(h.plugins, h.bundled(id))
	}
	for _, p := range c.Plugins {
		h.plugins = append(h.plugins, program{id: p.ID, origin: p.Origin, trust: p.Trust, argv: p.Argv})
	}
	return h
}

// bundled is this program serving the ids.
func (h *Host) bundled(ids ...string) program {
	path := h.config.Program
	if path == "" {
		path = selfPath()
	}
	id := strings.Join(ids, ",")
	return program{id: id, origin: "bundled", trust: "bundled", argv: []string{path, verb, id}, methods: ids, self: h.config.Program == ""}
}

// Methods returns the catalogue, sorted by id. A plugin that does not describe itself
// is left out and reported in the error, beside the methods of the others. The answer
// is kept for the life of the host.
func (h *Host) Methods(ctx context.Context) ([]Method, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.methods == nil {
		if h.broken = h.catalogue(ctx); h.broken != nil && ctx.Err() != nil {
			found, err := h.methods, h.broken
			h.methods, h.broken = nil, nil // what is missing may only have come too late
			return found, err
		}
	}
	return slices.Clone(h.methods), h.broken
}

// Bundled describes one method that this program serves and can speak for, without the others;
// false where [Host.Methods] must be asked.
func (h *Host) Bundled(id string) (Method, bool) {
	if h.config.Describe == nil || h.config.Program != "" || !slices.Contains(h.config.Bundled, id) {
		return Method{}, false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if m, ok := h.own[id]; ok {
		return m, true
	}
	d, err := h.config.Describe([]string{id})
	if err != nil || len(d.Methods) != 1 || d.Methods[0].ID != id {
		return Method{}, false
	}
	server := h.bundled(id)
	m := Method{Info: d.Methods[0], Plugin: server.id, Origin: server.origin, Trust: server.trust}
	if h.own == nil {
		h.own = map[string]Method{}
	}
	h.own[id] = m
	return m, true
}

// method finds a method. It returns unknown_method, of origin user.
func (h *Host) method(ctx context.Context, id string) (Method, program, error) {
	if m, ok := h.Bundled(id); ok {
		return m, h.bundled(id), nil
	}
	all, err := h.Methods(ctx)
	at := slices.IndexFunc(all, func(m Method) bool { return m.Info.ID == id })
	if at < 0 {
		if err != nil {
			return Method{}, program{}, err
		}
		return Method{}, program{}, &core.Error{Code: CodeUnknownMethod, Origin: core.OriginUser, Op: "find method", Args: core.Args{"method": id, "known": ids(all)}}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return all[at], h.servers[id], nil
}

func ids(methods []Method) []string {
	out := make([]string, len(methods))
	for i := range methods {
		out[i] = methods[i].Info.ID
	}
	return out
}

// Validate asks a method whether a run would go well. Problems of the user's making
// are in the diagnostics; an error is the plugin's or the machine's.
func (h *Host) Validate(ctx context.Context, method string, r sdk.ValidateRequest) (sdk.ValidateResponse, error) {
	r.Columns = slices.DeleteFunc(slices.Clone(r.Columns), func(c sdk.ColumnSchema) bool { return c.Role == "" })
	var out sdk.ValidateResponse
	err := h.call(ctx, method, opValidate, h.config.Call, limits{threads: h.config.Threads}, func(ctx context.Context, c *rpc.Client, m Method) (err error) {
		r.Details = wanted(m.Info, r.Details, func(d sdk.DetailSchema) string { return d.ID })
		out, err = c.Validate(ctx, m.Info, r)
		return err
	})
	return out, err
}

// Fit runs a method on the columns of the table that carry a role. The response has
// been checked; when its diagnostics hold an error it has no columns and no segments.
func (h *Host) Fit(ctx context.Context, method string, r sdk.Request, c Control) (sdk.Response, error) {
	r.Table = withRoles(r.Table)
	r.Threads = max(r.Threads, 1)
	var out sdk.Response
	err := h.call(ctx, method, "run", 0, limits{threads: r.Threads}, func(ctx context.Context, client *rpc.Client, m Method) (err error) {
		r.Details = wanted(m.Info, r.Details, detailID)
		out, err = client.Fit(ctx, m.Info, r, rpc.Control{Progress: c.Progress, Stop: c.Stop, Silence: h.config.Silence})
		return err
	})
	return out, err
}

// Apply puts the rows of a table into the segments of a stored model.
func (h *Host) Apply(ctx context.Context, method string, r sdk.ApplyRequest) (sdk.ApplyResponse, error) {
	r.Table = withRoles(r.Table)
	var out sdk.ApplyResponse
	err := h.call(ctx, method, "apply", 0, limits{}, func(ctx context.Context, c *rpc.Client, m Method) (err error) {
		if !m.Info.Capabilities.Apply {
			return &core.Error{Code: CodeNotAble, Origin: core.OriginUser, Op: "apply", Args: core.Args{"method": m.Info.ID}}
		}
		r.Details = wanted(m.Info, r.Details, detailID)
		out, err = c.Apply(ctx, m.Info, r, rpc.Control{Silence: h.config.Silence})
		return err
	})
	return out, err
}

// ExportModel writes a model in one of the method's formats.
func (h *Host) ExportModel(ctx context.Context, method string, model sdk.Model, format string) ([]byte, error) {
	var out []byte
	err := h.call(ctx, method, "export model", exportTime, limits{}, func(ctx context.Context, c *rpc.Client, m Method) (err error) {
		if !slices.Contains(m.Info.Capabilities.ExportFormats, format) {
			return &core.Error{Code: CodeNotAble, Origin: core.OriginUser, Op: "export model", Args: core.Args{"method": m.Info.ID}}
		}
		if out, err = c.ExportModel(ctx, m.Info, model, format); errors.Is(err, sdk.ErrNotExportable) {
			err = &core.Error{Code: CodeNotExportable, Origin: core.OriginUser, Op: "export model", Args: core.Args{"method": m.Info.ID}, Err: err}
		}
		return err
	})
	return out, err
}

// exportTime is the deadline of ExportModel: rewriting 64 MB takes seconds.
const exportTime = 30 * time.Second

// opValidate is the call after which a process is kept for the run that may follow.
const opValidate = "validate"

// call starts the method's plugin, calls it, and sees it off. timeout 0 means that
// the call watches for the plugin's heartbeat instead.
func (h *Host) call(ctx context.Context, method, op string, timeout time.Duration, l limits, f func(context.Context, *rpc.Client, Method) error) error {
	m, server, err := h.method(ctx, method)
	if err != nil {
		return err
	}
	p, err := h.ready(ctx, method, server, l)
	if err != nil {
		return err
	}
	inner, cancel := ctx, context.CancelFunc(func() {})
	if timeout > 0 {
		inner, cancel = context.WithTimeoutCause(ctx, timeout, rpc.ErrSilent)
	}
	defer cancel()
	if err = f(inner, p.client, m); err == nil && op == opValidate {
		h.keep(method, l, p)
		return nil
	}
	defer h.stop(p)
	return h.explain(ctx, op, p, err)
}

// Close ends what still runs and waits for it, at most some two seconds. The host is
// of no use afterwards.
func (h *Host) Close() error {
	h.life.Lock()
	h.closed = true
	dir := h.dir
	h.dir = nil
	h.life.Unlock()
	h.dismiss()
	gone := make(chan struct{})
	go func() {
		h.running.Wait()
		close(gone)
	}()
	select {
	case <-gone:
	case <-time.After(closeTime): // a process that even the system cannot end
	}
	if dir != nil {
		return dir.remove()
	}
	return nil
}

// closeTime is more than every process needs to be seen off.
const closeTime = maxGrace + 2*time.Second

// catalogue describes every plugin: the bundled ones by one process, others each by
// its own. When the one process fails, each bundled method is asked alone, so that a
// broken one does not take the others along. Callers hold h.mu.
func (h *Host) catalogue(ctx context.Context) error {
	h.servers = map[string]program{}
	var problems []error
	rest := h.plugins
	if n := len(h.config.Bundled); n > 1 {
		if err := h.describeOwn(ctx); err == nil {
			rest = rest[n:]
		} else if ctx.Err() != nil {
			return err
		}
	}
	for _, p := range rest {
		if err := h.describe(ctx, p); err != nil {
			problems = append(problems, err)
		}
	}
	slices.SortFunc(h.methods, func(a, b Method) int { return strings.Compare(a.Info.ID, b.Info.ID) })
	if err := errors.Join(problems...); err != nil {
		h.methods = slices.Clip(h.methods)
		return err
	}
	return nil
}

// describeOwn adds the bundled methods to the catalogue, or none of them.
func (h *Host) describeOwn(ctx context.Context) error {
	server := h.bundled(h.config.Bundled...)
	if h.config.Describe != nil && server.self {
		if d, err := h.config.Describe(h.config.Bundled); err == nil && h.admit(server, d) == nil {
			h.enlist(server, d)
			return nil
		}
	}
	return h.describe(ctx, server)
}

// describe adds a plugin's methods to the catalogue, or none of them.
func (h *Host) describe(ctx context.Context, server program) error {
	p, err := h.start(ctx, server, limits{})
	if err != nil {
		return err
	}
	defer h.stop(p)
	inner, cancel := context.WithTimeoutCause(ctx, h.config.Call, rpc.ErrSilent)
	defer cancel()
	d, err := p.client.Describe(inner)
	if err == nil {
		err = h.admit(server, d)
	}
	if err != nil {
		return h.explain(ctx, "describe", p, err)
	}
	h.enlist(server, d)
	return nil
}

// enlist adds admitted methods to the catalogue.
func (h *Host) enlist(server program, d rpc.Description) {
	for _, info := range d.Methods {
		one := server
		if server.origin == "bundled" {
			one = h.bundled(info.ID)
		}
		h.methods = append(h.methods, Method{Info: info, Plugin: one.id, Origin: one.origin, Trust: one.trust})
		h.servers[info.ID] = one
	}
}

// admit refuses ids that a plugin may not use: those of bundled methods and those
// that another plugin has already.
func (h *Host) admit(server program, d rpc.Description) error {
	for _, info := range d.Methods {
		_, taken := h.servers[info.ID]
		reserved := server.methods == nil && slices.Contains(h.config.Bundled, info.ID)
		foreign := server.methods != nil && !slices.Contains(server.methods, info.ID)
		if taken || reserved || foreign {
			return &rpc.Fault{Code: CodeTaken, Args: core.Args{"method": info.ID}}
		}
	}
	return nil
}

// withRoles is the part of a table that a method may see.
func withRoles(t *table.Table) *table.Table {
	out := &table.Table{Rows: t.Rows}
	for _, c := range t.Columns {
		if c.Role != "" {
			out.Columns = append(out.Columns, c)
		}
	}
	return out
}

// wanted are the long tables that a method asked for: it may see no other.
func wanted[T any](in sdk.Info, list []T, id func(T) string) []T {
	var out []T
	for _, d := range list {
		if slices.ContainsFunc(in.Details, func(w sdk.Detail) bool { return w.ID == id(d) }) {
			out = append(out, d)
		}
	}
	return out
}

func detailID(d sdk.DetailTable) string { return d.ID }

// selfPath is the running program. On Linux the link leads to the program that runs,
// even when its file has been replaced since.
func selfPath() string {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe"
	}
	return executable()
}
