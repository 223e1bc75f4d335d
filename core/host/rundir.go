package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The name of the directory that holds the sockets of one host, and of the file in it
// that the host keeps locked while it lives.
const (
	dirPrefix = "qunxiang-run-"
	lockName  = "lock"
)

// maxSocketPath is the longest path of a socket that every system takes (Linux allows
// 107 bytes, macOS 103). go-plugin adds the names of a directory and a socket to ours.
const (
	maxSocketPath = 100
	socketNames   = len("/plugin-dir1234567890/plugin1234567890")
)

var errLongPath = errors.New("the path is too long for a socket")

// runDir is the private directory of one host.
type runDir struct {
	path string
	lock *os.File
}

// newRunDir makes the directory under base, or where base is "", under the first of
// the usual places whose path is short enough, and sweeps what crashed hosts left there.
func newRunDir(base string) (*runDir, error) {
	places := []string{base}
	if base == "" {
		places = runPlaces()
	}
	var problems []error
	for _, place := range places {
		d, err := makeRunDir(place)
		if err == nil {
			return d, nil
		}
		problems = append(problems, err)
	}
	return nil, errors.Join(problems...)
}

func makeRunDir(place string) (*runDir, error) {
	if len(place)+len("/")+len(dirPrefix)+10+socketNames > maxSocketPath && !tcpSockets {
		return nil, fmt.Errorf("%w: %s", errLongPath, place)
	}
	sweep(place)
	path, err := os.MkdirTemp(place, dirPrefix)
	if err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(path, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		if err = takeLock(lock); err == nil {
			return &runDir{path: path, lock: lock}, nil
		}
		_ = lock.Close()
	}
	_ = os.RemoveAll(path)
	return nil, err
}

// remove deletes the directory.
func (d *runDir) remove() error {
	return errors.Join(os.RemoveAll(d.path), d.lock.Close())
}

// young is the age under which a directory with a free lock is left alone: its host
// may be about to take the lock.
const young = time.Minute

// sweep deletes the directories of hosts that are gone: those whose lock is free.
func sweep(place string) {
	entries, err := os.ReadDir(place)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), dirPrefix) {
			continue
		}
		path := filepath.Join(place, e.Name())
		lock, err := os.OpenFile(filepath.Join(path, lockName), os.O_RDWR, 0)
		if err != nil {
			continue // another user's, or being made or deleted right now
		}
		if st, err := lock.Stat(); err == nil && time.Since(st.ModTime()) > young && takeLock(lock) == nil {
			_ = os.RemoveAll(path)
		}
		_ = lock.Close()
	}
}
