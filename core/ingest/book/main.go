package book

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// What the reading process may have.
const (
	memoryLimit = 1 << 30   // bytes, of everything
	memoryGoal  = 768 << 20 // bytes at which the collector works hard
	cpuLimit    = 3600      // seconds of processor time
	fileLimit   = 64        // open files
	exitMemory  = 77
)

// Main is the reading process: it serves its standard input and output within limits,
// and returns its exit code. It never outlives its standard input.
func Main(open Opener) int {
	debug.SetMemoryLimit(memoryGoal)
	confineSelf()
	go watchMemory()
	lines, w := io.Pipe()
	go func() {
		_, _ = io.Copy(w, os.Stdin)
		os.Exit(0) // nobody waits for the rest
	}()
	if err := Serve(context.Background(), lines, os.Stdout, open); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// watchMemory ends the process when it has more memory than it may: not every system
// has a limit for that.
func watchMemory() {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for range time.Tick(20 * time.Millisecond) {
		metrics.Read(sample)
		if sample[0].Value.Uint64()-sample[1].Value.Uint64() > memoryLimit {
			fmt.Fprintln(os.Stderr, "out of memory: more than the reader of a file may have")
			os.Exit(exitMemory)
		}
	}
}
