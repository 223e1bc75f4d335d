package wire

import (
	"runtime/debug"
	"runtime/metrics"

	"qunxiang/core"
	"qunxiang/core/host"
)

// scarce is so little memory that some tens of milliseconds for the garbage are well spent.
const scarce = 512 << 20

// room is how much memory the program may still take. Whoever asks is about to take some:
// from half of it on, or an eighth where it is scarce, garbage is collected before it doubles what is of use.
func room() core.Room {
	r := host.Room()
	of := int64(2)
	if r.Own > 0 && r.Own < scarce { // what is garbage counts as taken until it is given back
		debug.FreeOSMemory()
		r = host.Room()
		of = 8 // the rest is for what methods need
	}
	if r.Own > 0 {
		debug.SetMemoryLimit(mapped() + r.Own/of)
	}
	return r
}

// mapped is the memory that the runtime has of the system, in bytes, as it counts for its limit.
func mapped() int64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	var n [2]int64
	for i := range s {
		if s[i].Value.Kind() == metrics.KindUint64 {
			n[i] = int64(s[i].Value.Uint64())
		}
	}
	return n[0] - n[1]
}
