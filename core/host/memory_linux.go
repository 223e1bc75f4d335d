package host

import (
	"bytes"
	"os"
	"strconv"
)

// resident is the memory that a process has in use, in bytes; 0 when it has ended.
func resident(pid int) int64 {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(b)
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// machineMemory is the machine's memory in bytes, 0 when it cannot be told.
func machineMemory() int64 { return meminfo("MemTotal:") }
