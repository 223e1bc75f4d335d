package e2e_test

import (
	"testing"

	"qunxiang/plugins"
)

// TestScore_everyMethod scores the customers of a run with its own model: everybody
// comes out where the run has put them.
func TestScore_everyMethod(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs every method")
	}
	b := newBench(t)
	b.business(6_000)
	for project, file := range map[string]string{"orders.qx": "orders.csv", "people.qx": "people.csv"} {
		b.run("new", project)
		b.run("import", project, file)
	}
	for _, id := range plugins.IDs() {
		var m struct{ Capabilities struct{ Apply bool } }
		if b.json(&m, "method", id); !m.Capabilities.Apply {
			continue
		}
		t.Run(id, func(t *testing.T) {
			b := &bench{t: t, dir: b.dir, env: b.env}
			project, file, args := "orders.qx", "orders.csv", longRuns()[id]
			if id == "mixed" || len(args) > 1 && args[1] == "target=grade" {
				project, file = "people.qx", "people.csv"
			}
			name := id + " here"
			b.run(append([]string{"run", project, id, "--name", name, "--stability", "0"}, args...)...)
			b.run("export", project, name, "--to", id+".run.csv", "--encoding", "utf-8")
			b.run("score", project, name, file, "--to", id+".score.csv", "--list-encoding", "utf-8")
			want, got := b.table(id+".run.csv"), b.table(id+".score.csv")
			if len(want.rows) == 0 || len(want.rows) != len(got.rows) {
				t.Fatalf("%d customers scored of %d", len(got.rows), len(want.rows))
			}
			segment := map[string]string{}
			for _, r := range want.rows {
				segment[r[0]] = r[1]
			}
			wrong := 0
			for _, r := range got.rows {
				if segment[r[0]] != r[1] {
					wrong++
				}
			}
			if wrong > 0 {
				t.Errorf("%d of %d customers come out in another segment", wrong, len(got.rows))
			}
		})
	}
}
