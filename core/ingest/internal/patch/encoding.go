package patch

import (
	"golang.org/x/text/encoding"

	"qunxiang/core/ingest/internal/text"
)

// form is how the characters of an encoding lie in bytes.
type form int

const (
	single  form = iota // bytes below 0x80 are ASCII wherever they stand: UTF-8, Windows, EUC
	utf16le             //
	utf16be
	gb18030 // two or four bytes
	big5
	shiftJIS
)

// length is the number of bytes of the character that b begins with, which is not ASCII.
func (f form) length(b []byte) int {
	switch {
	case len(b) < 2:
	case f == gb18030:
		return gbLength(b)
	case f == big5 && within(b[0], 0x81, 0xFE) && (within(b[1], 0x40, 0x7E) || within(b[1], 0xA1, 0xFE)),
		f == shiftJIS && (within(b[0], 0x81, 0x9F) || within(b[0], 0xE0, 0xFC)) && within(b[1], 0x40, 0xFC) && b[1] != 0x7F:
		return 2
	}
	return 1
}

// gbLength is length in GB 18030; b has two bytes or more.
func gbLength(b []byte) int {
	switch a, t := b[0], b[1]; {
	case a == 0x80 || a == 0xFF:
		return 1
	case within(t, '0', '9') && len(b) >= 4 && within(b[2], 0x81, 0xFE) && within(b[3], '0', '9'):
		return 4
	case within(t, 0x40, 0xFE) && t != 0x7F:
		return 2
	}
	return 1
}

func within(c, low, high byte) bool { return c >= low && c <= high }

// Encoding is one of the encodings of a text.
type Encoding struct {
	form form
	enc  encoding.Encoding // nil = UTF-8
}

// EncodingOf finds an encoding by the name that package text has for it.
func EncodingOf(name string) Encoding {
	e := Encoding{enc: text.Encoding(name)}
	switch name {
	case text.UTF16LE:
		e.form = utf16le
	case text.UTF16BE:
		e.form = utf16be
	case text.GB18030:
		e.form = gb18030
	case text.Big5:
		e.form = big5
	case text.ShiftJIS:
		e.form = shiftJIS
	}
	return e
}

// decode returns b as UTF-8.
func (e Encoding) decode(b []byte) string {
	if e.enc == nil {
		return string(b)
	}
	out, err := e.enc.NewDecoder().Bytes(b)
	if err != nil {
		return string(b)
	}
	return string(out)
}

// encode returns s in the encoding; ok is false where it has no such characters.
func (e Encoding) encode(s string) (b []byte, ok bool) {
	if e.enc == nil {
		return []byte(s), true
	}
	b, err := e.enc.NewEncoder().Bytes([]byte(s))
	return b, err == nil
}
