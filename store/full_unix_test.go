//go:build unix

package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"qunxiang/core"
	"qunxiang/store"
	"qunxiang/store/storetest"
)

// TestFullDisk lets a process run into a limit on the size of its files again and
// again: the kernel refuses writes as on a full disk. Every refusal must be the code
// disk_full and leave the project, the session and the saved file as they were; once
// there is room, work goes on.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	for _, oneShot := range []bool{false, true} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "QX_STORE_CHILD="+t.TempDir(), fmt.Sprintf("QX_STORE_FULL=%d %v", rounds(60, 1000), oneShot))
		out, err := cmd.CombinedOutput()
		t.Logf("one shot %v: %s", oneShot, out)
		if err != nil {
			t.Fatal(err)
		}
	}
}

// fillDisk is the process with the limit. It says how often it was refused.
func fillDisk(dir string) error {
	var steps int
	var oneShot bool
	if _, err := fmt.Sscan(os.Getenv("QX_STORE_FULL"), &steps, &oneShot); err != nil {
		return err
	}
	signal.Ignore(syscall.SIGXFSZ)
	ctx, path := context.Background(), filepath.Join(dir, "p.qx")
	f, err := store.Create(path, core.Project{Name: "p"}, store.Options{WorkDir: filepath.Join(dir, "work"), OneShot: oneShot})
	if err != nil {
		return err
	}
	defer f.Close()
	now := storetest.NewModel(f.Project())
	saved := now.Clone()
	refused := map[string]int{}
	for i := range steps {
		limit := 4096 * (1 + uint64(i*37)%(1+(largest(filepath.Join(dir, "work"))+1<<16)/4096))
		next := now.Clone()
		what, err := storetest.Change(ctx, uint64(i), false, limited{f, limit}, next)
		switch {
		case core.CodeOf(err) == store.CodeDiskFull:
			refused["change"]++
		case err != nil:
			return fmt.Errorf("%s: %w", what, err)
		default:
			now = next
		}
		if err := compare(ctx, now, f); err != nil {
			return fmt.Errorf("after %s: %w", what, err)
		}
		if i%4 != 3 {
			continue
		}
		err = within(uint64(4096*(1+i*13%37)), func() error { return f.Save(ctx) })
		switch {
		case core.CodeOf(err) == store.CodeDiskFull:
			refused["save"]++
		case err != nil:
			return err
		default:
			saved = now.Clone()
		}
		if err := onDisk(ctx, path, saved); err != nil {
			return err
		}
		if i%8 == 7 { // there is room again
			if err := f.Save(ctx); err != nil {
				return err
			}
			saved = now.Clone()
		}
	}
	fmt.Printf("refused: %v", refused)
	if refused["change"] == 0 || refused["save"] == 0 {
		return errors.New("the limit was never met")
	}
	return nil
}

// largest returns the size of the largest file in dir: the working copy.
func largest(dir string) (size uint64) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return 0
	}
	for _, e := range list {
		if fi, err := e.Info(); err == nil {
			size = max(size, uint64(fi.Size()))
		}
	}
	return size
}

func onDisk(ctx context.Context, path string, m *storetest.Model) error {
	g, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer g.Close()
	return compare(ctx, m, g)
}

func compare(ctx context.Context, m *storetest.Model, f *store.File) error {
	d, err := storetest.Diff(ctx, m, f)
	if err == nil && d != "" {
		err = errors.New(d)
	}
	return err
}

// within runs fn while no file may grow beyond limit.
func within(limit uint64, fn func() error) error {
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		return err
	}
	now := was
	now.Cur = limit
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &now); err != nil {
		return err
	}
	err := fn()
	return errors.Join(err, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was))
}

// limited is a project whose changes meet the limit.
type limited struct {
	*store.File
	limit uint64
}

func (l limited) SetProject(p core.Project) error {
	return within(l.limit, func() error { return l.File.SetProject(p) })
}

func (l limited) AddSource(s core.Source, tx *core.Transactions, from int, a *core.Attributes, r ...*core.Records) error {
	return within(l.limit, func() error { return l.File.AddSource(s, tx, from, a, r...) })
}

func (l limited) PutSegmentation(s *core.Segmentation) error {
	return within(l.limit, func() error { return l.File.PutSegmentation(s) })
}

func (l limited) DeleteSegmentation(name string) error {
	return within(l.limit, func() error { return l.File.DeleteSegmentation(name) })
}

func (l limited) UpdateSegments(name string, run int, segs []core.Segment) error {
	return within(l.limit, func() error { return l.File.UpdateSegments(name, run, segs) })
}

func (l limited) SetSetting(key string, v []byte) error {
	return within(l.limit, func() error { return l.File.SetSetting(key, v) })
}
