package workspace

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"qunxiang/core"
)

// Phase is the state of a task.
type Phase uint8

// The phases. A task leaves Running once.
const (
	Running Phase = iota
	Done
	Failed
	Cancelled
)

// TaskState is a task at one moment.
type TaskState struct {
	ID       int
	Kind     string
	Title    core.Message
	Stage    core.Message
	Fraction float64       // 0…1, negative = unknown
	Left     time.Duration // estimate; 0 = unknown
	Phase    Phase
	Err      error // of a failed task
}

// EventKind says what an event tells.
type EventKind uint8

// The kinds of events.
const (
	TaskChanged EventKind = iota
	ProjectChanged
)

// Event tells listeners that something changed.
type Event struct {
	Kind    EventKind
	Task    TaskState // TaskChanged
	Project *Project  // ProjectChanged
}

// Task is a running or ended piece of work.
type Task struct {
	cancel context.CancelFunc
	done   chan struct{}

	mu    sync.Mutex
	state TaskState
}

// Cancel asks the task to stop; it returns at once.
func (t *Task) Cancel() { t.cancel() }

// State returns the task's state now.
func (t *Task) State() TaskState {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state
}

// Wait waits for the end and returns the task's error.
func (t *Task) Wait() error {
	<-t.done
	return t.State().Err
}

// tasks keeps the running tasks and the listeners.
type tasks struct {
	mu        sync.Mutex
	next      int
	running   []*Task
	listeners map[int]func(Event)
}

// gap is the least time between two progress events of one task: twenty a second
// are enough for the eye and cost the window nothing.
const gap = 50 * time.Millisecond

// Start runs fn on a goroutine of its own. A running task of the same kind is
// cancelled: the new start supersedes it. Events come on that goroutine.
func (ts *tasks) Start(kind string, title core.Message, fn func(context.Context, core.Progress) error) *Task {
	ctx, cancel := context.WithCancel(context.Background())
	t := &Task{cancel: cancel, done: make(chan struct{})}
	ts.mu.Lock()
	ts.next++
	t.state = TaskState{ID: ts.next, Kind: kind, Title: title, Fraction: -1}
	for _, old := range ts.running {
		if old.state.Kind == kind {
			old.cancel()
		}
	}
	ts.running = append(ts.running, t)
	ts.mu.Unlock()
	ts.publish(Event{Kind: TaskChanged, Task: t.State()})
	go ts.run(ctx, t, fn)
	return t
}

func (ts *tasks) run(ctx context.Context, t *Task, fn func(context.Context, core.Progress) error) {
	start := time.Now()
	var last time.Time
	err := fn(ctx, func(fraction float64, stage core.Message) {
		t.mu.Lock()
		now := time.Now()
		t.state.Fraction, t.state.Stage = fraction, stage
		if used := now.Sub(start); fraction > 0.02 && fraction < 1 {
			t.state.Left = time.Duration(float64(used) * (1 - fraction) / fraction)
		}
		tell := now.Sub(last) >= gap
		if tell {
			last = now
		}
		s := t.state
		t.mu.Unlock()
		if tell {
			ts.publish(Event{Kind: TaskChanged, Task: s})
		}
	})
	t.cancel()
	t.mu.Lock()
	t.state.Err, t.state.Left = err, 0
	switch {
	case err == nil:
		t.state.Phase, t.state.Fraction = Done, 1
	case errors.Is(err, context.Canceled) || core.CodeOf(err) == core.CodeCancelled:
		t.state.Phase = Cancelled
	default:
		t.state.Phase = Failed
	}
	s := t.state
	t.mu.Unlock()
	ts.mu.Lock()
	ts.running = slices.DeleteFunc(ts.running, func(o *Task) bool { return o == t })
	ts.mu.Unlock()
	close(t.done)
	ts.publish(Event{Kind: TaskChanged, Task: s})
}

// Tasks returns the running tasks, oldest first.
func (ts *tasks) Tasks() []TaskState {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	out := make([]TaskState, len(ts.running))
	for i, t := range ts.running {
		out[i] = t.State()
	}
	return out
}

// Subscribe calls fn for every event until the returned function is called. fn runs
// on the goroutine that caused the event and must return soon.
func (ts *tasks) Subscribe(fn func(Event)) (unsubscribe func()) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.listeners == nil {
		ts.listeners = map[int]func(Event){}
	}
	ts.next++
	id := ts.next
	ts.listeners[id] = fn
	return func() {
		ts.mu.Lock()
		defer ts.mu.Unlock()
		delete(ts.listeners, id)
	}
}

func (ts *tasks) publish(e Event) {
	ts.mu.Lock()
	fns := make([]func(Event), 0, len(ts.listeners))
	for _, fn := range ts.listeners {
		fns = append(fns, fn)
	}
	ts.mu.Unlock()
	for _, fn := range fns {
		fn(e)
	}
}

func (ts *tasks) cancelAll() {
	ts.mu.Lock()
	running := slices.Clone(ts.running)
	ts.mu.Unlock()
	for _, t := range running {
		t.Cancel()
	}
	for _, t := range running {
		<-t.done
	}
}
