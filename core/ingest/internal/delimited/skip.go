package delimited

import "bytes"

// Skip passes over lines up to the one with the given number, from 0, as long as each is a
// record by itself: without a quotation mark, and ended by a line feed. It returns early
// where one is not, and the records from there on are to be read.
func (r *Reader) Skip(line int) error {
	for r.line < line {
		if err := r.fill(); err != nil {
			return err
		}
		b := r.buf[r.pos:]
		if !r.eof && len(b) < MaxRecord+readSize {
			continue
		}
		end := bytes.IndexByte(b, '\n')
		if end < 0 || end >= MaxRecord || !single(b[:end]) {
			return nil
		}
		r.pos += end + 1
		r.line++
		r.whole++
	}
	return nil
}

// single reports whether a line, without its line feed, is a record by itself.
func single(l []byte) bool {
	if n := len(l); n > 0 && l[n-1] == '\r' {
		l = l[:n-1]
	}
	return bytes.IndexByte(l, '"') < 0 && bytes.IndexByte(l, '\'') < 0 && bytes.IndexByte(l, '\r') < 0
}
