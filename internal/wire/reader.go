package wire

import (
	"os"
	"runtime"
	"slices"

	"qunxiang/core/ingest"
)

// readerArgs are what this program starts itself with to read a file apart.
var readerArgs = [...]string{"read", "-"}

// ServeReader serves as the reading process, and ends it, where this process was started
// as one. A program whose Config says Apart calls it before anything else.
func ServeReader() {
	if slices.Equal(os.Args[1:], readerArgs[:]) {
		os.Exit(ingest.ServeReader())
	}
}

// reader is the command of the reading process, nil where files are read in this one.
func reader(c Config) []string {
	if !c.Apart {
		return nil
	}
	program := c.Program
	if program == "" {
		program = executable()
	}
	return append([]string{program}, readerArgs[:]...)
}

// executable is the running program, also when its file was replaced while it runs.
func executable() string {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe"
	}
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}
