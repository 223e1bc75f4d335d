package presenter

import (
	"context"
	"sync"

	"qunxiang/core"
	"qunxiang/core/workspace"
)

// desk is the workspace as presenters see it.
type desk struct {
	*workspace.Workspace
	mu    sync.Mutex
	tasks map[int]*workspace.Task
}

var _ Desk = (*desk)(nil)

// NewDesk returns the workspace as presenters see it.
func NewDesk(w *workspace.Workspace) Desk {
	return &desk{Workspace: w, tasks: map[int]*workspace.Task{}}
}

// Create implements Desk.
func (d *desk) Create(ctx context.Context, path string, n workspace.NewProject) (Project, error) {
	return wrap(d.Workspace.Create(ctx, path, n))
}

// Open implements Desk.
func (d *desk) Open(ctx context.Context, path string) (Project, error) {
	return wrap(d.Workspace.Open(ctx, path))
}

// Start implements Desk.
func (d *desk) Start(kind string, title core.Message, fn func(context.Context, core.Progress) error, end func(error)) func() {
	t := d.Workspace.Start(kind, title, func(ctx context.Context, pr core.Progress) error {
		err := fn(ctx, pr)
		end(err)
		return err
	})
	d.mu.Lock()
	d.tasks[t.State().ID] = t
	d.mu.Unlock()
	return t.Cancel
}

// Cancel implements Desk.
func (d *desk) Cancel(id int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if t := d.tasks[id]; t != nil {
		t.Cancel()
	}
}

// Tasks implements Desk; it forgets those that have ended.
func (d *desk) Tasks() []workspace.TaskState {
	running := d.Workspace.Tasks()
	d.mu.Lock()
	defer d.mu.Unlock()
	alive := make(map[int]*workspace.Task, len(running))
	for _, s := range running {
		alive[s.ID] = d.tasks[s.ID]
	}
	d.tasks = alive
	return running
}

// project is a workspace project as presenters see it.
type project struct{ *workspace.Project }

func wrap(p *workspace.Project, err error) (Project, error) {
	if err != nil {
		return nil, err
	}
	return project{p}, nil
}

// Plan implements Project.
func (p project) Plan(ctx context.Context, r workspace.RunRequest) (Plan, error) {
	plan, err := p.Project.Plan(ctx, r)
	if err != nil {
		return Plan{}, err
	}
	out := Plan{Rows: len(plan.Rows), Excluded: plan.Excluded, Diagnostics: plan.Diagnostics, MemoryBytes: plan.MemoryBytes}
	for i := range plan.Table.Columns {
		out.Columns = append(out.Columns, plan.Table.Columns[i].Name)
	}
	return out, nil
}
