package host

import (
	"io"
	"time"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/rpc"
)

// Config says which plugins there are and how long they may take. The zero value of a
// duration is its default.
type Config struct {
	Bundled []string // method ids that Program serves; reserved: no other plugin may use them
	Program string   // path; "" = the running program itself
	Threads int      // processor cores of a plugin that is asked before it runs; a run says its own; 0 = no limit

	// Describe is what the running program would say of its own methods, which saves
	// starting it for the catalogue; nil = it is started. Not asked with Program.
	Describe func(ids []string) (rpc.Description, error)

	Plugins []Program // further plugins
	RunDir  string    // where sockets are made; "" = XDG_RUNTIME_DIR or the system's temporary directory
	Log     io.Writer // what plugins print and why they ended; nil = nowhere

	Start   time.Duration // from start to handshake; default 10 s
	Call    time.Duration // Describe, Validate; default 5 s
	Silence time.Duration // a run without a sign of life; default 15 s
	Grace   time.Duration // from a polite end to the kill; default 250 ms, at most 2 s
	Encrypt bool          // encrypt the connection; always so where plugins answer at a port
	Most    int64         // most memory of a plugin in bytes, before its run is ended; 0 = three quarters of the machine's
	Memory  int64         // soft limit of a plugin's memory in bytes, by GOMEMLIMIT; 0 = by what is free when it starts, negative = none
}

// Program is a plugin with a program of its own.
type Program struct {
	ID     string   // as in the manifest
	Argv   []string // program and arguments
	Origin string   // "installed", "developer"
	Trust  string   // "signed", "unsigned", …
}

// Method is one method of the catalogue.
type Method struct {
	Info   sdk.Info
	Plugin string // id of the plugin that serves it
	Origin string // "bundled", …
	Trust  string
}

// Control is how the caller takes part in a running call.
type Control struct {
	Progress func(fraction float64, stage sdk.Text) // 0…1, negative: unknown; must not block; nil = not wanted
	Stop     <-chan struct{}                        // closed: finish early with the best so far
}

// maxGrace keeps the promise that a plugin is gone within two seconds.
const maxGrace = 2 * time.Second

func (c Config) withDefaults() Config {
	c.Start = orDefault(c.Start, 10*time.Second)
	c.Call = orDefault(c.Call, 5*time.Second)
	c.Silence = orDefault(c.Silence, 15*time.Second)
	c.Grace = min(orDefault(c.Grace, 250*time.Millisecond), maxGrace)
	if c.Most == 0 {
		c.Most = machineMemory() / 4 * 3
	}
	if c.Log == nil {
		c.Log = io.Discard
	}
	return c
}

// softLeast is the least soft limit: below it collecting garbage is all that is done.
const softLeast = 64 << 20

// soft is the memory from which on a plugin takes pains to collect its garbage, so that
// what it needs fits where twice that would not; 0 = none.
func (c Config) soft(r core.Room) int64 {
	switch {
	case c.Memory != 0:
		return max(0, c.Memory)
	case r.Next > 0:
		return max(softLeast, r.Next/2)
	}
	return 0
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return otherwise
}
