package host

import (
	"bytes"
	"os"
	"strconv"
	"strings"
)

// FreeMemory is how much memory a plugin may still take, in bytes: what the machine can
// give without swapping, or what the control group of this process has left where that
// is less. It is 0 where it cannot be told.
func FreeMemory() int64 {
	free := meminfo("MemAvailable:")
	most, used := number("/sys/fs/cgroup/memory.max"), number("/sys/fs/cgroup/memory.current")
	if most > 0 { // "max" is no number
		free = min(free, max(most-used, 1))
	}
	return free
}

// meminfo is a line of the machine's memory in bytes, 0 when it cannot be told.
func meminfo(name string) int64 {
	b, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(b, []byte(name))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kb, err := strconv.ParseInt(string(fields[0]), 10, 64)
	if err != nil {
		return 0
	}
	return kb << 10
}

// number reads a file that holds one number, 0 where it does not.
func number(path string) int64 {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
