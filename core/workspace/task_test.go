package workspace

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
)

// phases collects the phases that a task's events tell, in order.
func phases(ts *tasks, id *int) func() []Phase {
	got := make(chan Phase, 1000)
	stop := ts.Subscribe(func(e Event) {
		if e.Kind == TaskChanged && (*id == 0 || e.Task.ID == *id) {
			got <- e.Task.Phase
		}
	})
	return func() []Phase {
		stop()
		close(got)
		var out []Phase
		for p := range got {
			if len(out) == 0 || out[len(out)-1] != p {
				out = append(out, p)
			}
		}
		return out
	}
}

func TestTaskEnds(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		err  error
		want Phase
	}{
		"done":                    {nil, Done},
		"failed":                  {broken, Failed},
		"cancelled":               {context.Canceled, Cancelled},
		"cancelled error of ours": {&core.Error{Code: core.CodeCancelled}, Cancelled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ts tasks
			all := phases(&ts, new(int))
			ended := make(chan struct{})
			ts.Subscribe(func(e Event) {
				if e.Task.Phase != Running {
					close(ended)
				}
			})
			task := ts.Start("x", core.Message{}, func(_ context.Context, p core.Progress) error {
				p(0.5, core.Message{Key: "stage.store"})
				return c.err
			})
			if err := task.Wait(); !errors.Is(err, c.err) {
				t.Errorf("Wait returned %v", err)
			}
			<-ended
			if diff := cmp.Diff([]Phase{Running, c.want}, all()); diff != "" {
				t.Errorf("phases (-want +got):\n%s", diff)
			}
			if n := len(ts.Tasks()); n != 0 {
				t.Errorf("%d tasks still listed", n)
			}
		})
	}
}

func TestStartSupersedesItsKind(t *testing.T) {
	t.Parallel()
	var ts tasks
	wait := func(ctx context.Context, _ core.Progress) error { <-ctx.Done(); return ctx.Err() }
	first, other := ts.Start("run", core.Message{}, wait), ts.Start("import", core.Message{}, wait)
	second := ts.Start("run", core.Message{}, wait)
	if err := first.Wait(); !errors.Is(err, context.Canceled) || first.State().Phase != Cancelled {
		t.Errorf("the first run ended with %v", err)
	}
	if other.State().Phase != Running || second.State().Phase != Running {
		t.Error("a task of another kind, or the new one, was cancelled")
	}
	ts.cancelAll()
	if other.State().Phase != Cancelled || second.State().Phase != Cancelled {
		t.Error("cancelAll left a task running")
	}
}
