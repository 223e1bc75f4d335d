package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"qunxiang/core"
)

// errHeld is returned by tryLock when another open file holds the lock.
var errHeld = errors.New("lock is held")

// fileLock is the advisory lock of one project path among the processes that share
// a work directory. The system frees it when the process ends, however it ends, so
// a lock is never stale; the file's content only tells people who holds it.
type fileLock struct{ f *os.File }

// holder is the content of a lock file.
type holder struct {
	PID  int    `json:"pid"`
	Host string `json:"host"`
	Path string `json:"path"`
}

// lockProject takes the lock of a project, waiting up to wait for it.
func lockProject(ctx context.Context, workDir, path string, wait time.Duration) (*fileLock, error) {
	name := filepath.Join(workDir, pathID(path)+".lock")
	deadline := time.Now().Add(wait)
	for {
		f, err := lockFile(name)
		if err == nil {
			l := &fileLock{f}
			l.describe(path)
			return l, nil
		}
		if !errors.Is(err, errHeld) {
			return nil, fail("open project", path, err)
		}
		if !time.Now().Before(deadline) {
			h := readHolder(name)
			return nil, problem(CodeLocked, core.OriginUser, "open project", path, core.Args{"pid": strconv.Itoa(h.PID), "host": h.Host})
		}
		select {
		case <-ctx.Done():
			return nil, fail("open project", path, ctx.Err())
		case <-time.After(25 * time.Millisecond):
		}
	}
}

// lockFile opens and locks name. A holder removes the file when it lets go, so the
// file that was locked may no longer be the one under the name: then it tries again.
func lockFile(name string) (*os.File, error) {
	for range 100 {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, fmt.Errorf("lock file: %w", err)
		}
		if err := tryLock(f); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		mine, err1 := f.Stat()
		named, err2 := os.Stat(name)
		if err1 == nil && err2 == nil && os.SameFile(mine, named) {
			return f, nil
		}
		if err := f.Close(); err != nil {
			return nil, fmt.Errorf("lock file: %w", err)
		}
	}
	return nil, errHeld
}

// describe notes the holder; the lock holds without it too.
func (l *fileLock) describe(path string) {
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	b, err := json.Marshal(holder{os.Getpid(), host, path})
	if err != nil {
		return
	}
	if err := l.f.Truncate(0); err == nil {
		_, _ = l.f.WriteAt(b, 0)
	}
}

func readHolder(name string) (h holder) {
	b, err := os.ReadFile(name)
	if err == nil {
		_ = json.Unmarshal(b, &h) // an unreadable note leaves the zero holder
	}
	return h
}

// Close removes the lock file and frees the lock, in this order: who opens the name
// afterwards gets a new file, who has the old one open notices.
func (l *fileLock) Close() error {
	if l == nil || l.f == nil {
		return nil
	}
	name := l.f.Name()
	err := removeLocked(l.f, name)
	l.f = nil
	return err
}
