package text

// votes is what the bytes beyond ASCII show, as other encodings see them.
type votes struct {
	high     int    // bytes beyond ASCII
	alone    int    // of them, between bytes of ASCII
	runs     int    // of them, in runs of three or more
	cyrillic int    // that are the commonest letters of Russian in Windows-1251
	greek    int    // … of Greek in Windows-1253
	vowels   [2]int // … that are vowels of Russian, and of Greek: words of another language have few
	central  int    // letters that only Windows-1250 has at this place, inside words
	czech    [2]int // letters that Czech has often: with carons, and signs that French has too

	sjis             pairs
	kana, euc        int // pairs of Shift-JIS and EUC-JP that are kana
	gbPairs, hangul  int // pairs of EUC form, and those whose first byte is of Hangul
	halfKana, lonely int // katakana of one byte; bytes that make no pair of EUC form
}

func (v *votes) count(s []byte) {
	v.letters(s)
	v.japanese(s)
	for i := 0; i+1 < len(s); i++ {
		a, b := s[i], s[i+1]
		if a < 0x80 {
			continue
		}
		if a < 0xA1 || b < 0xA1 {
			v.lonely++
			i++
			continue
		}
		v.gbPairs++
		switch {
		case a >= 0xB0 && a <= 0xC8:
			v.hangul++
		case a == 0xA4 || a == 0xA5:
			v.euc++
		}
		i++
	}
}

// letters counts single bytes as letters of the Windows code pages.
func (v *votes) letters(s []byte) { //nolint:gocyclo // one case for each code page; apart they would be harder to follow
	run := 0
	flush := func() {
		if run >= 3 {
			v.runs += run
		}
		run = 0
	}
	for i, c := range s {
		if c < 0x80 {
			flush()
			continue
		}
		v.high++
		run++
		switch c {
		case 0xEE, 0xE5, 0xE0, 0xE8, 0xED, 0xF2:
			v.cyrillic++
		}
		v.vowel(c)
		switch {
		case c == 0xE1, c == 0xEF, c == 0xE9, c == 0xF4, c >= 0xDC && c <= 0xDF, c >= 0xFC && c <= 0xFE:
			v.greek++
		}
		if (i == 0 || s[i-1] < 0x80) && (i+1 == len(s) || s[i+1] < 0x80) {
			v.alone++
		}
		inside := i > 0 && letter(s[i-1]) || i+1 < len(s) && letter(s[i+1])
		switch c {
		case 0xB3, 0xB9, 0xBF, 0x9F, 0x9D, 0xA5, 0xA3, 0xAF, 0x9C, 0x8C, 0xF5, 0xFB:
			if inside {
				v.central++
			}
		case 0x9A, 0x9E, 0x8A, 0x8E:
			v.czech[0]++
		case 0xEC, 0xF8, 0xF9, 0xCC, 0xD8:
			v.czech[1]++
		}
	}
	flush()
}

// vowel counts a byte that is a vowel of Russian in Windows-1251, or of Greek in 1253.
func (v *votes) vowel(c byte) {
	const lower = 0x20
	switch c | lower {
	case 0xE0, 0xE5, 0xE8, 0xEE, 0xF3, 0xFB, 0xFD, 0xFE, 0xFF:
		v.vowels[0]++
	}
	switch c | lower {
	case 0xE1, 0xE5, 0xE7, 0xE9, 0xEF, 0xF5, 0xF9, 0xFC, 0xFD, 0xFE:
		v.vowels[1]++
	}
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// japanese counts pairs of Shift-JIS.
func (v *votes) japanese(s []byte) {
	for i := 0; i < len(s); i++ {
		a := s[i]
		switch {
		case a < 0x80:
			continue
		case a >= 0xA1 && a <= 0xDF:
			v.halfKana++
			continue
		case i+1 >= len(s):
			return
		}
		b := s[i+1]
		if !sjisPair(a, b) {
			v.sjis.bad++
			continue
		}
		v.sjis.good++
		if a == 0x82 && b >= 0x9F && b <= 0xF1 || a == 0x83 && b <= 0x96 {
			v.kana++
		}
		i++
	}
}

// sjisPair reports the two bytes of a character of Shift-JIS.
func sjisPair(a, b byte) bool {
	return a <= 0xFC && a != 0x80 && a != 0xA0 && b >= 0x40 && b != 0x7F && b <= 0xFC
}

// asian recognises Shift-JIS, EUC-JP and EUC-KR, "" for none. Chinese has hardly any
// kana, and uses twice as many first bytes as Hangul.
func (v *votes) asian() string {
	const enough = 16 // pairs: Chinese that looks so by chance is rarer than 1 in 1000
	switch {
	case v.sjis.good >= 4 && v.sjis.badShare() <= 0.02 && v.kana*4 >= v.sjis.good && v.halfKana*3 <= v.sjis.good:
		return ShiftJIS
	case v.gbPairs >= 4 && v.lonely*20 <= v.gbPairs && v.euc*10 >= v.gbPairs*3:
		return EUCJP
	case v.gbPairs >= enough && v.lonely*20 <= v.gbPairs && v.hangul*100 >= v.gbPairs*95:
		return EUCKR
	}
	return ""
}

// western chooses among the Windows code pages of one byte.
func (v *votes) western() (string, float64) {
	switch {
	case v.runs*2 > v.high && (v.greek > v.cyrillic || v.vowels[1] > 2*v.vowels[0] && v.vowels[1]*4 > v.high):
		return CP1253, 0.5
	case v.runs*2 > v.high && v.cyrillic*5 > v.high:
		return CP1251, 0.6
	case v.central >= 2 && v.central*6 >= v.high,
		v.czech[0] >= 2 && v.czech[1] >= 2 && (v.czech[0]+v.czech[1])*5 >= v.high:
		return CP1250, 0.45
	}
	return CP1252, 0.3
}
