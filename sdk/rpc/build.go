package rpc

import (
	"bytes"
	"debug/elf"
	"io"
	"os"
	"runtime"
	"sync"
)

// headBytes is how much of a program's start holds Go's build id where it is not an
// ELF note; the go command itself looks no further.
const headBytes = 64 << 10

// BuildID identifies the running program: Go's build id, "" when the program has
// none. A program that starts itself as a plugin compares it, because its file may
// have been replaced by an update in the meantime.
var BuildID = sync.OnceValue(func() string {
	path := "/proc/self/exe" // the running program, whatever lies under its name now
	if runtime.GOOS != "linux" {
		var err error
		if path, err = os.Executable(); err != nil {
			return ""
		}
	}
	return buildID(path)
})

func buildID(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	if e, err := elf.NewFile(f); err == nil {
		if s := e.Section(".note.go.buildid"); s != nil {
			// A note: three 4-byte numbers, the name "Go\0\0", the id.
			if b, err := s.Data(); err == nil && len(b) > 16 {
				return string(bytes.TrimRight(b[16:], "\x00"))
			}
		}
		return ""
	}
	head, err := io.ReadAll(io.NewSectionReader(f, 0, headBytes))
	if err != nil {
		return ""
	}
	_, rest, ok := bytes.Cut(head, []byte("\xff Go build ID: \""))
	if !ok {
		return ""
	}
	id, _, ok := bytes.Cut(rest, []byte("\"\n \xff"))
	if !ok {
		return ""
	}
	return string(id)
}
