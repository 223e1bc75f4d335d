package xls

import (
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

func appendRune(dst []byte, r rune) []byte {
	if r == 0 {
		return dst // padding of some writers
	}
	return utf8.AppendRune(dst, r)
}

// appendWide appends UTF-16 in little-endian order.
func appendWide(dst, b []byte) []byte {
	for i := 0; i+1 < len(b); i += 2 {
		r := rune(b[i]) | rune(b[i+1])<<8
		if utf16.IsSurrogate(r) {
			low := rune(utf8.RuneError)
			if i+3 < len(b) {
				low = rune(b[i+2]) | rune(b[i+3])<<8
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				i += 2
			}
		}
		dst = appendRune(dst, r)
	}
	return dst
}

// decoder returns what turns a code page of BIFF5 into UTF-8.
func decoder(page int) *encoding.Decoder {
	switch page {
	case 936:
		return simplifiedchinese.GB18030.NewDecoder()
	case 950:
		return traditionalchinese.Big5.NewDecoder()
	case 932:
		return japanese.ShiftJIS.NewDecoder()
	case 949:
		return korean.EUCKR.NewDecoder()
	case 437:
		return charmap.CodePage437.NewDecoder()
	case 850:
		return charmap.CodePage850.NewDecoder()
	case 1250:
		return charmap.Windows1250.NewDecoder()
	case 1251:
		return charmap.Windows1251.NewDecoder()
	case 1253:
		return charmap.Windows1253.NewDecoder()
	case 1254:
		return charmap.Windows1254.NewDecoder()
	case 10000, 32768:
		return charmap.Macintosh.NewDecoder()
	}
	return charmap.Windows1252.NewDecoder()
}

// bytesText reads text of BIFF5.
func (f *File) bytesText(b []byte) []byte {
	out, err := decoder(f.codePage).Bytes(b)
	if err != nil {
		return b
	}
	return out
}

// shortText reads a string whose length has one byte (BIFF8) and whose letters follow.
func (f *File) shortText(b []byte, lengthBytes int) ([]byte, bool) {
	if len(b) < lengthBytes {
		return nil, false
	}
	n := int(b[0])
	if lengthBytes == 2 {
		n = u16(b, 0)
	}
	b = b[lengthBytes:]
	if !f.biff8 {
		if len(b) < n {
			return nil, false
		}
		return f.bytesText(b[:n]), true
	}
	c := chain{parts: [][]byte{b}}
	return f.flagged(nil, &c, n)
}

// flagged reads the letters of a string of BIFF8: flags, what the flags announce, letters.
func (f *File) flagged(dst []byte, c *chain, n int) ([]byte, bool) {
	head, ok := c.take(1)
	if !ok {
		return dst, n == 0
	}
	flags, runs, ext := head[0], 0, 0
	if flags&8 != 0 {
		b, ok := c.take(2)
		if !ok {
			return dst, false
		}
		runs = u16(b, 0)
	}
	if flags&4 != 0 {
		b, ok := c.take(4)
		if !ok {
			return dst, false
		}
		ext = u32(b, 0)
	}
	if dst, ok = c.text(dst, n, flags&1 != 0); !ok {
		return dst, false
	}
	return dst, c.skip(4*runs + ext)
}
