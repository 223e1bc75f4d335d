package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"qunxiang/store/internal/boltcheck"
)

// RepairReport tells what [Repair] did.
type RepairReport struct {
	Changed bool   `json:"changed"`           // false: the file was sound
	Kept    string `json:"kept,omitempty"`    // the damaged file, under its new name
	Undone  string `json:"undone,omitempty"`  // technical: which commit was taken back
	Sources int    `json:"sources,omitempty"` // what the repaired file holds
	Runs    int    `json:"runs,omitempty"`
}

// Repair mends a damaged project, if that takes no more than taking back the last
// commit: disks that claim to have written what they have not leave that kind of
// damage. The damaged file is kept as "<name>.damaged-<time>"; the repaired one is
// complete and verified before it takes the name. It returns CodeDamaged when this
// does not help; the file is then as it was, and the .bak is the way out.
func Repair(ctx context.Context, path string) (RepairReport, error) {
	const op = "repair project"
	var r RepairReport
	path, err := resolve(path)
	if err != nil {
		return r, fail(op, path, err)
	}
	report, err := checkFile(ctx, path)
	if err != nil || report.OK {
		return r, err
	}
	name := besideName(path)
	if err := undo(ctx, path, name); err != nil {
		return r, fail(op, path, err)
	}
	after, err := checkFile(ctx, name)
	if err == nil {
		r = RepairReport{Changed: true, Undone: "last commit", Sources: after.Sources, Runs: after.Runs}
		r.Kept, err = setAside(path, name)
	}
	if err != nil {
		return RepairReport{}, errors.Join(fail(op, path, err), removeIfThere(name))
	}
	return r, nil
}

// setAside gives the damaged file at path a second name and puts the repaired one,
// synced, in its place.
func setAside(path, repaired string) (kept string, err error) {
	kept = path + ".damaged-" + time.Now().UTC().Format("20060102-150405")
	if err := os.Link(path, kept); err != nil {
		beside, err := copyBeside(path, path)
		if err != nil {
			return "", err
		}
		if err := putNew(beside, kept); err != nil {
			return "", errors.Join(err, removeIfThere(beside))
		}
	}
	if err := syncFile(repaired); err != nil {
		return "", err
	}
	return kept, rename(repaired, path)
}

// undo makes a copy of the file at path with the last commit taken back, and fails,
// leaving none, unless that copy is sound in every respect.
func undo(ctx context.Context, path, to string) (err error) {
	src, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	fi, err := src.Stat()
	if err != nil {
		return err
	}
	at, before, err := boltcheck.NewestMeta(src, fi.Size())
	if err != nil {
		return err
	}
	if !before {
		return fmt.Errorf("%w: there is no state before", errDamaged)
	}
	if err = copyFile(to, src, fi.Size()); err == nil {
		err = wipe(to, at)
	}
	if err == nil {
		var r CheckReport
		if r, err = checkFile(ctx, to); err == nil && !r.OK {
			err = fmt.Errorf("%w, and so is the state before", errDamaged)
		}
	}
	if err != nil {
		return errors.Join(err, removeIfThere(to))
	}
	return nil
}

// wipe makes the meta page at the offset invalid.
func wipe(name string, at int64) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(make([]byte, boltcheck.MetaSize), at)
	return errors.Join(err, f.Sync(), f.Close())
}
