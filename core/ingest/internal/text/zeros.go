package text

import (
	"bytes"
	"io"
)

// withoutZeros takes the zero bytes out of samples of a text: a till that lost its power
// and some old programs leave a few, or fill the end of the file with them. With more of
// them, or with other control characters, it is no text: ok is false.
func withoutZeros(samples [][]byte) (out [][]byte, ok bool) {
	zeros, controls, size := 0, 0, 0
	for _, s := range samples {
		s = bytes.TrimRight(s, "\x00")
		size += len(s)
		zeros += bytes.Count(s, []byte{0})
	}
	if zeros == 0 && !endsInZeros(samples) {
		return samples, true
	}
	for _, s := range samples {
		for _, c := range s {
			if c != 0 && c < ' ' && bytes.IndexByte([]byte("\t\n\v\f\r\x1A\x1B"), c) < 0 {
				controls++
			}
		}
		out = append(out, bytes.ReplaceAll(s, []byte{0}, nil))
	}
	return out, size > 0 && zeros*50 <= size && controls*200 <= size
}

func endsInZeros(samples [][]byte) bool {
	for _, s := range samples {
		if len(s) > 0 && s[len(s)-1] == 0 {
			return true
		}
	}
	return false
}

// Strip is a reader that drops zero bytes and counts them.
type Strip struct {
	R     io.Reader
	Zeros int64
}

// Read implements io.Reader.
func (z *Strip) Read(b []byte) (int, error) {
	for {
		n, err := z.R.Read(b)
		first := bytes.IndexByte(b[:n], 0)
		if first < 0 {
			return n, err
		}
		kept := first
		for _, c := range b[first:n] {
			if c != 0 {
				b[kept] = c
				kept++
			}
		}
		z.Zeros += int64(n - kept)
		if kept > 0 || err != nil {
			return kept, err
		}
	}
}
