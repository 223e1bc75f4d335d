//go:build !linux && !windows

package host

import "qunxiang/core"

// Room is how much memory the program may still take; it cannot be told here.
func Room() core.Room { return core.Room{} }
