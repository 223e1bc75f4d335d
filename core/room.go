package core

// Room is how much memory may still be taken, in bytes. A field is 0 where it cannot be told.
type Room struct {
	All  int64 // by all processes of the program together
	Own  int64 // by this process, at most All
	Next int64 // by a process that this one starts, at most All
}

// Less is nine tenths of the room: what is promised for another time, when some may be taken.
func (r Room) Less() Room {
	return Room{All: r.All / 10 * 9, Own: r.Own / 10 * 9, Next: r.Next / 10 * 9}
}
