package host

import (
	"unsafe"

	"golang.org/x/sys/windows"

	"qunxiang/core"
)

// memoryStatus is MEMORYSTATUSEX of the Windows API.
type memoryStatus struct {
	length, load                                        uint32
	physical, freePhysical, commit, freeCommit, virtual uint64
	freeVirtual, freeExtended                           uint64
}

// Room is how much memory the program may still take: what the machine can give without
// swapping, or what may still be promised to programs, where that is less.
func Room() core.Room {
	s := memoryStatus{}
	s.length = uint32(unsafe.Sizeof(s))
	call := windows.NewLazySystemDLL("kernel32.dll").NewProc("GlobalMemoryStatusEx")
	if call.Find() != nil {
		return core.Room{}
	}
	if ok, _, _ := call.Call(uintptr(unsafe.Pointer(&s))); ok == 0 {
		return core.Room{}
	}
	free := max(1, int64(min(s.freePhysical, s.freeCommit, 1<<62)))
	return core.Room{All: free, Own: free, Next: free}
}
