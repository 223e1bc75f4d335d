package text

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// The names of encodings.
const (
	UTF8    = "utf-8"
	UTF8BOM = "utf-8-bom"
	UTF16LE = "utf-16le"
	UTF16BE = "utf-16be"
	GB18030 = "gb18030"
	Big5    = "big5"
	CP1252  = "windows-1252"

	CP1250   = "windows-1250"
	CP1251   = "windows-1251"
	CP1253   = "windows-1253"
	ShiftJIS = "shift_jis"
	EUCJP    = "euc-jp"
	EUCKR    = "euc-kr"
)

// Names lists the encodings that Decoder knows, the likeliest first.
func Names() []string {
	return []string{UTF8, UTF8BOM, GB18030, UTF16LE, UTF16BE, Big5, CP1252, CP1250, CP1251, CP1253, ShiftJIS, EUCJP, EUCKR}
}

// Canonical returns the name that stands for a spelling of it, "" when it is unknown.
func Canonical(name string) string {
	n := strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(strings.TrimSpace(name)))
	switch n {
	case "utf-8", "utf8", "ascii", "us-ascii":
		return UTF8
	case "utf-8-bom", "utf8-bom", "utf-8-sig":
		return UTF8BOM
	case "utf-16", "utf-16le", "utf-16-le", "utf16", "utf16le", "unicode":
		return UTF16LE
	case "utf-16be", "utf-16-be", "utf16be":
		return UTF16BE
	case "gb18030", "gbk", "gb2312", "cp936", "ansi":
		return GB18030
	case "big5", "cp950", "big-5":
		return Big5
	case "windows-1252", "cp1252", "latin1", "latin-1", "iso-8859-1":
		return CP1252
	case "windows-1250", "cp1250", "iso-8859-2", "latin2":
		return CP1250
	case "windows-1251", "cp1251":
		return CP1251
	case "windows-1253", "cp1253":
		return CP1253
	case "shift-jis", "shiftjis", "sjis", "cp932", "windows-31j":
		return ShiftJIS
	case "euc-jp", "eucjp":
		return EUCJP
	case "euc-kr", "euckr", "cp949", "ks-c-5601":
		return EUCKR
	}
	return ""
}

// Encoding returns the encoding of a name; nil for UTF-8 itself.
func Encoding(name string) encoding.Encoding {
	switch name {
	case UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case UTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case GB18030:
		return simplifiedchinese.GB18030
	case Big5:
		return traditionalchinese.Big5
	case CP1252:
		return charmap.Windows1252
	case CP1250:
		return charmap.Windows1250
	case CP1251:
		return charmap.Windows1251
	case CP1253:
		return charmap.Windows1253
	case ShiftJIS:
		return japanese.ShiftJIS
	case EUCJP:
		return japanese.EUCJP
	case EUCKR:
		return korean.EUCKR
	}
	return nil
}

// Decoder returns what turns the encoding into UTF-8; nil for UTF-8 itself.
func Decoder(name string) *encoding.Decoder {
	if e := Encoding(name); e != nil {
		return e.NewDecoder()
	}
	return nil
}

// BOM returns the length of the byte order mark that b begins with and the encoding
// it stands for.
func BOM(b []byte) (n int, name string) {
	switch {
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		return 3, UTF8BOM
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
		return 2, UTF16LE
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return 2, UTF16BE
	case bytes.HasPrefix(b, []byte{0x84, 0x31, 0x95, 0x33}):
		return 4, GB18030
	}
	return 0, ""
}

// Detect finds the encoding of samples of a file; the first is its head. It returns
// "" for what is not text.
func Detect(samples ...[]byte) (name string, confidence float64) {
	if len(samples) == 0 {
		return UTF8, 0
	}
	if _, name := BOM(samples[0]); name != "" {
		return name, 1
	}
	if name := wide(samples[0]); name != "" {
		return name, 0.95
	}
	ascii, valid := true, true
	samples, ok := withoutZeros(samples)
	if !ok {
		return "", 0
	}
	for i, s := range samples {
		s = whole(s, i > 0)
		valid = valid && utf8.Valid(s)
		ascii = ascii && isASCII(s)
	}
	if valid {
		if ascii {
			return UTF8, 0.9
		}
		return UTF8, 0.99
	}
	return legacy(samples)
}

// wide recognises UTF-16 without a mark by its zero bytes.
func wide(b []byte) string {
	b = b[:min(len(b), 4096)]
	if len(b) < 8 {
		return ""
	}
	var even, odd int
	for i, c := range b {
		if c == 0 {
			if i%2 == 0 {
				even++
			} else {
				odd++
			}
		}
	}
	switch half := len(b) / 2; {
	case odd > 1+half/5 && even <= odd/20:
		return UTF16LE
	case even > 1+half/5 && odd <= even/20:
		return UTF16BE
	}
	return ""
}

// whole trims the sample to whole UTF-8 runes: a cut at its ends is no evidence.
func whole(b []byte, front bool) []byte {
	if front {
		for n := 0; n < 3 && len(b) > 0 && !utf8.RuneStart(b[0]); n++ {
			b = b[1:]
		}
	}
	for n := 1; n <= 3 && n <= len(b); n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-n:]) {
				return b[:len(b)-n]
			}
			break
		}
	}
	return b
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// legacy decides between GB18030, Big5 and Windows-1252 by the pairs of bytes.
func legacy(samples [][]byte) (string, float64) {
	var g, b5 pairs
	var v votes
	for i, s := range samples {
		if i > 0 { // a window may begin inside a pair: start after a line end
			if n := bytes.IndexByte(s, '\n'); n >= 0 {
				s = s[n+1:]
			}
		}
		g.count(s, gbPair)
		b5.count(s, big5Pair)
		v.count(s)
	}
	badG, badB := g.badShare(), b5.badShare()
	if name := v.asian(); name != "" {
		return name, 0.7
	}
	switch {
	case badG > 0.02 && badB > 0.02, g.good == 0, v.alone*3 > v.high:
		return v.western()
	case badB <= 0.02 && b5.common*10 >= b5.good*4 && (badG > 0.02 || b5.lowTrail*6 > b5.good):
		return Big5, 0.7
	case g.common*10 < g.good*4 && v.runs*2 <= v.high: // hardly any of the usual characters: accents, not Chinese
		return v.western()
	}
	return GB18030, 0.95 - 5*badG
}

// pairs counts the pairs of bytes beyond ASCII.
type pairs struct{ good, bad, lowTrail, common int }

func (p *pairs) badShare() float64 {
	if p.good+p.bad == 0 {
		return 1
	}
	return float64(p.bad) / float64(p.good+p.bad)
}

func (p *pairs) count(s []byte, pair func(a, b byte) (n int, common bool)) {
	for i := 0; i < len(s); {
		if s[i] < 0x80 {
			i++
			continue
		}
		if i+1 >= len(s) {
			return
		}
		n, common := pair(s[i], s[i+1])
		if n == 0 {
			p.bad++
			i++
			continue
		}
		p.good++
		if s[i+1] < 0x80 && n == 2 {
			p.lowTrail++
		}
		if common {
			p.common++
		}
		i += n
	}
}

func gbPair(a, b byte) (int, bool) {
	switch {
	case a < 0x81 || a == 0xFF:
		return 0, false
	case b >= 0x30 && b <= 0x39:
		return 4, false
	case b < 0x40 || b == 0x7F || b == 0xFF:
		return 0, false
	}
	return 2, a >= 0xA1 && a <= 0xF7 && b >= 0xA1
}

func big5Pair(a, b byte) (int, bool) {
	if a < 0xA1 || a > 0xF9 || b < 0x40 || b > 0x7E && b < 0xA1 || b == 0xFF {
		return 0, false
	}
	return 2, a >= 0xA4 && a <= 0xC6
}
