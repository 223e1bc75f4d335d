//go:build !linux

package host

// resident and machineMemory are not measured here: a plugin's memory is watched on
// Linux only.
func resident(int) int64   { return 0 }
func machineMemory() int64 { return 0 }

// FreeMemory is how much memory a plugin may still take, in bytes; 0: it cannot be told.
func FreeMemory() int64 { return 0 }
