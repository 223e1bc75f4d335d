package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"qunxiang/core"
)

// CheckReport is the outcome of [Check], made to be shown as JSON.
type CheckReport struct {
	OK       bool     `json:"ok"`
	File     string   `json:"file"`
	Bytes    int64    `json:"bytes"`
	Schema   int      `json:"schema"`
	Project  string   `json:"project"`
	Values   int      `json:"values"`  // sealed values that were opened
	Garbage  int      `json:"garbage"` // blobs that nothing names; the next save drops them
	Sources  int      `json:"sources"`
	Rows     int      `json:"rows"`
	Records  int      `json:"records"` // answers, comments and events
	Runs     int      `json:"runs"`
	Settings int      `json:"settings"`
	Problems []string `json:"problems"` // technical, in English; empty when OK
	// CanUndo: taking back the last commit gives a sound file; [Repair] does it.
	CanUndo bool `json:"canUndo"`
	// Backup tells about the .bak beside the file: "none", "ok", "damaged".
	Backup string `json:"backup"`
}

// Check reads a whole project file without changing it: the static check, the seal
// of every value, the manifest against what is there, every column. Damage is told
// in the report; the error is for files that cannot be looked at (CodeNotFound,
// CodeEmptyFile, CodeNotAProject, CodeNewer, CodePassphrase, CodeTooLarge, cancelled).
func Check(ctx context.Context, path string) (CheckReport, error) {
	path, err := resolve(path)
	if err != nil {
		return CheckReport{}, fail("check project", path, err)
	}
	r, err := checkFile(ctx, path)
	if err != nil {
		return r, err
	}
	r.Backup = backupState(ctx, path)
	if r.OK {
		return r, nil
	}
	dir, err := os.MkdirTemp("", "qunxiang-check-")
	if err != nil {
		return r, fail("check project", path, err)
	}
	r.CanUndo = undo(ctx, path, filepath.Join(dir, "before.qx")) == nil
	return r, fail("check project", path, os.RemoveAll(dir))
}

// backupState checks the .bak beside path.
func backupState(ctx context.Context, path string) string {
	if _, err := os.Stat(path + ".bak"); err != nil {
		return "none"
	}
	if r, err := checkFile(ctx, path+".bak"); err != nil || !r.OK {
		return "damaged"
	}
	return "ok"
}

// checkFile is Check without a look at what else could help.
func checkFile(ctx context.Context, path string) (CheckReport, error) {
	r := CheckReport{File: path, Problems: []string{}}
	c := &checker{r: &r}
	if fi, err := os.Stat(path); err == nil {
		r.Bytes = fi.Size()
	}
	im, err := openImage(ctx, path, maxFileSize)
	if err == nil {
		err = errors.Join(c.image(ctx, path, im), im.Close())
	}
	if err != nil {
		err = fail("check project", path, err)
		if core.CodeOf(err) != CodeDamaged {
			return r, err
		}
		c.problem(err)
	}
	r.OK = len(r.Problems) == 0
	return r, nil
}

// checker collects what is wrong.
type checker struct {
	r   *CheckReport
	im  *image
	box *box
	man *manifest
}

func (c *checker) problem(err error) {
	if err == nil {
		return
	}
	const enough = 100 // of a file that is wrong all over
	if len(c.r.Problems) < enough {
		c.r.Problems = append(c.r.Problems, err.Error())
	}
}

func (c *checker) image(ctx context.Context, path string, im *image) error {
	c.im = im
	h, bx, err := readHeader(path, im)
	if err != nil {
		return err
	}
	c.box, c.r.Schema = bx, h.Schema
	c.problem(c.seals(ctx))
	if h.Schema < schemaVersion { // what is inside is for the migration to judge
		return ctx.Err()
	}
	if c.man, err = readManifest(bx, im); err != nil {
		return err
	}
	m := c.man
	c.r.Project, c.r.Sources, c.r.Runs = m.Project.Name, len(m.Sources), len(m.Runs)
	if m.Data != nil {
		c.r.Rows = m.Data.Rows
	}
	c.names()
	c.contents(ctx)
	return ctx.Err()
}

// seals opens every value.
func (c *checker) seals(ctx context.Context) error {
	places := make([]place, 0, len(c.im.index))
	for p := range c.im.index {
		places = append(places, p)
	}
	slices.SortFunc(places, func(a, b place) int { return int(c.im.index[a].at - c.im.index[b].at) }) // in file order
	l := &loader{box: c.box, src: c.im}
	for _, p := range places {
		if p.bucket == bucketHead && p.key == keyHeader {
			continue
		}
		if p.bucket == bucketSettings {
			c.r.Settings++
		}
		if !slices.Contains(buckets(), p.bucket) {
			c.problem(fmt.Errorf("unknown bucket %x", p.bucket))
			continue
		}
		c.r.Values++
		l.jobs = append(l.jobs, func(r *room) error {
			b, owned, err := c.im.get(p.bucket, []byte(p.key), r.sealed)
			if err == nil {
				r.sealed = b
				_, err = c.box.open(p.bucket, []byte(p.key), b, maxBlob, owned, r.plain)
			}
			if err != nil {
				return fmt.Errorf("value %x in bucket %x: %w", p.key, p.bucket, err)
			}
			return nil
		})
	}
	return l.run(ctx)
}

// names holds the manifest against the blobs that are there.
func (c *checker) names() {
	named, _ := c.man.verify(c.im, func(err error) error { // never stops
		c.problem(err)
		return nil
	})
	for p := range c.im.index {
		if _, listed := c.man.setting([]byte(p.key)); p.bucket == bucketSettings && !listed {
			c.problem(fmt.Errorf("%w: setting %x is not listed", errDamaged, p.key))
		}
		if p.bucket != bucketBlobs {
			continue
		}
		id, ok := idOf([]byte(p.key))
		if !ok {
			c.problem(fmt.Errorf("%w: blob key %x", errDamaged, p.key))
		} else if !named[id] {
			c.r.Garbage++
		}
	}
	for _, e := range c.man.Runs {
		if e.Head.Run < 1 || e.Head.Run > c.man.LastRun[e.Head.Name] {
			c.problem(fmt.Errorf("%w: run %d of %q was never given out", errDamaged, e.Head.Run, e.Head.Name))
		}
	}
}

// contents loads all that the project holds.
func (c *checker) contents(ctx context.Context) {
	load := func() *loader { return &loader{box: c.box, src: c.im} }
	tx, err := loadTransactions(ctx, load(), c.man.Data, false)
	c.problem(err)
	if tx.Rows() != c.r.Rows && err == nil {
		c.problem(fmt.Errorf("%w: %d rows of %d", errDamaged, tx.Rows(), c.r.Rows))
	}
	_, err = loadSummary(ctx, load(), c.man.Data)
	c.problem(err)
	if c.man.Attributes != nil {
		_, err := loadAttributes(ctx, load(), c.man.Attributes.Doc)
		c.problem(err)
	}
	for _, e := range c.man.Records {
		r, err := loadRecords(ctx, load(), e)
		c.problem(err)
		c.r.Records += r.Rows()
	}
	for _, e := range c.man.Runs {
		s, err := loadRun(ctx, load(), e.Doc)
		if err == nil && (len(s.Customers) != e.Head.Customers || len(s.Segments) != e.Head.Segments || s.Run != e.Head.Run || s.Name != e.Head.Name) {
			err = fmt.Errorf("%w: differs from its head", errDamaged)
		}
		if err != nil {
			c.problem(fmt.Errorf("run %d of %q: %w", e.Head.Run, e.Head.Name, err))
		}
	}
}
