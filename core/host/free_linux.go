package host

import (
	"bytes"
	"math"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"qunxiang/core"
)

// Room is how much memory the program may still take: what the machine can give without
// swapping, or what the control groups of this process (of either version, and those
// around them) or its limit of addresses (ulimit -v) leave, where that is less.
func Room() core.Room {
	free := meminfo("MemAvailable:")
	if free == 0 {
		return core.Room{}
	}
	groups, _ := os.ReadFile("/proc/self/cgroup") // without it there are none
	free = max(1, min(free, inGroups("/sys/fs/cgroup", string(groups))))
	own, next := addresses()
	return core.Room{All: free, Own: max(1, min(free, own)), Next: max(1, min(free, next))}
}

// inGroups is what the control groups leave that /proc/self/cgroup lists.
func inGroups(root, list string) int64 {
	free := int64(math.MaxInt64)
	for line := range strings.Lines(list) {
		f := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(f) < 3 {
			continue
		}
		dir, files := root, [3]string{"memory.max", "memory.current", "inactive_file "}
		if f[1] == "memory" {
			dir, files = path.Join(root, "memory"), [3]string{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "}
		} else if f[1] != "" {
			continue
		}
		for at := path.Join("/", f[2]); ; at = path.Dir(at) { // in a container the paths may be those outside
			free = min(free, inGroup(path.Join(dir, at), files))
			if at == "/" {
				break
			}
		}
	}
	return free
}

// inGroup is what one control group leaves: pages of files that it can drop count as free.
func inGroup(dir string, files [3]string) int64 {
	most := number(path.Join(dir, files[0])) // "max" is no number
	if most <= 0 {
		return math.MaxInt64
	}
	stat, _ := os.ReadFile(path.Join(dir, "memory.stat")) // without it nothing can be dropped
	stat = append([]byte("\n"), stat...)
	drop := int64(0)
	for _, word := range []string{files[2], strings.Replace(files[2], "inactive", "active", 1)} { // read once, and more often
		_, rest, _ := bytes.Cut(stat, []byte("\n"+word))
		line, _, _ := bytes.Cut(rest, []byte("\n"))
		n, _ := strconv.ParseInt(string(line), 10, 64)
		drop += n
	}
	return max(1, most-number(path.Join(dir, files[1]))+drop)
}

// addresses is what a limit of addresses leaves to this process and to a new one.
func addresses() (own, next int64) {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_AS, &limit) != nil || limit.Cur > math.MaxInt64 {
		return math.MaxInt64, math.MaxInt64
	}
	b, err := os.ReadFile("/proc/self/statm")
	f := bytes.Fields(b)
	if err != nil || len(f) < 1 {
		return math.MaxInt64, math.MaxInt64
	}
	pages, _ := strconv.ParseInt(string(f[0]), 10, 64)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return inAddresses(int64(limit.Cur), pages*int64(os.Getpagesize()), int64(m.HeapSys))
}

// Go takes addresses for its heap by the arena, and some more to keep account of each.
const (
	arena   = 64 << 20
	account = 2 << 20
)

// inAddresses is what a limit of addresses leaves to a process that has taken so many, of
// which its heap is a part, and to a new process of the same program.
func inAddresses(limit, taken, heap int64) (own, next int64) {
	arenas := (heap + arena - 1) / arena
	most := func(left int64) int64 { return max(0, left) / (arena + account) * arena }
	return arenas*arena - heap + most(limit-taken), most(limit - taken + arenas*(arena+account))
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
