package delimited

import "bytes"

// maxMatter is how many bytes a description before the table may take.
const maxMatter = 64 << 10

// remarks returns where the text begins behind the remarks at its top, 0 where there are
// none: lines with a number sign, or a description between two lines of three hyphens.
func remarks(b []byte, d *Dialect) int {
	if n := matter(b, d); n > 0 {
		return n
	}
	past, at := 0, 0
	for at < len(b) {
		end, size := d.lineEnd(b, at)
		switch line := bytes.TrimSpace(b[at:end]); {
		case len(line) == 0:
		case !remark(line):
			return past
		default:
			past = end + size
		}
		if at = end + size; size == 0 {
			break
		}
	}
	return 0 // there is nothing else
}

// remark reports a line that begins with a number sign and no number: #1001 is an order.
func remark(line []byte) bool {
	return line[0] == '#' && (len(line) == 1 || !digit(line[1]))
}

// matter returns where a description between lines of three hyphens ends, 0 for none.
func matter(b []byte, d *Dialect) int {
	first, size := d.lineEnd(b, 0)
	if string(bytes.TrimRight(b[:first], " ")) != "---" {
		return 0
	}
	for at := first + size; size > 0 && at < min(len(b), maxMatter); {
		var end int
		end, size = d.lineEnd(b, at)
		if string(bytes.TrimRight(b[at:end], " ")) == "---" {
			return end + size
		}
		at = end + size
	}
	return 0
}
