package presenter

// history is what a page may take back and make again: states before changes, and states
// that were taken back. The state that holds is kept by who asks.
type history[T any] struct{ past, next []T }

// did notes a change of what was before; what was taken back earlier is gone.
func (h *history[T]) did(before T) { h.past, h.next = append(h.past, before), nil }

// last is what undo goes back to, coming what redo makes again; ok = there is one.
func (h *history[T]) last() (t T, ok bool)   { return top(h.past) }
func (h *history[T]) coming() (t T, ok bool) { return top(h.next) }

func top[T any](s []T) (t T, ok bool) {
	if n := len(s); n > 0 {
		return s[n-1], true
	}
	return t, false
}

// undone says that last holds now in place of now, redone that coming does.
func (h *history[T]) undone(now T) {
	h.past, h.next = h.past[:len(h.past)-1], append(h.next, now)
}

func (h *history[T]) redone(now T) {
	h.next, h.past = h.next[:len(h.next)-1], append(h.past, now)
}
