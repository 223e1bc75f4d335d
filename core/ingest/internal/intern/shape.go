package intern

import "qunxiang/core"

// NoNum marks an empty cell in Part.Nums.
const NoNum = 1<<32 - 1

// maxTail is how many digits a running number may have: it fits 32 bits and stays
// below NoNum.
const maxTail = 9

// shape is what is known of the digits of a column of running numbers: a padded
// column has one width, one that is not padded has no leading zeros.
type shape struct {
	width int // digits of the entries with leading zeros; 0 = none seen
	least int // fewest digits of an entry without leading zeros; 0 = none seen
}

// add extends the shape by an entry, false when it does not fit.
func (s *shape) add(digits int, padded bool) bool {
	if padded {
		if s.width != 0 && s.width != digits || s.least != 0 && s.least < digits {
			return false
		}
		s.width = digits
		return true
	}
	if digits < s.width {
		return false
	}
	if s.least == 0 || digits < s.least {
		s.least = digits
	}
	return true
}

// join merges another block's shape into s.
func (s *shape) join(o shape) bool {
	t := *s
	if o.width != 0 && !t.add(o.width, true) || o.least != 0 && !t.add(o.least, false) {
		return false
	}
	*s = t
	return true
}

// split returns what stands before the running number at the end of a key.
func split(key []byte) (prefix []byte, ok bool) {
	i := len(key)
	for i > 0 && key[i-1]-'0' <= 9 {
		i--
	}
	digits := len(key) - i
	return key[:i], digits > 0 && digits <= maxTail
}

// appendNumber writes a running number back.
func appendNumber(b []byte, prefix []byte, n uint32, width int) []byte {
	d := core.Dict{Prefix: string(prefix), Width: width, Numbers: []uint32{n}}
	return d.AppendTo(b, 0)
}
