//go:build !linux

package host

// resident and machineMemory are not measured here: a plugin's memory is watched on
// Linux only.
func resident(int) int64   { return 0 }
func machineMemory() int64 { return 0 }
