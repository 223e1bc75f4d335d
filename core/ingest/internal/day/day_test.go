package day_test

import (
	"testing"
	"time"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/day"
)

func TestParse(t *testing.T) {
	t.Parallel()
	dmy, mdy := day.Style{Order: core.DateDMY}, day.Style{Order: core.DateMDY}
	ymd := day.Style{Order: core.DateYMD}
	for _, c := range []struct {
		in    string
		style day.Style
		want  string // "" = no date
	}{
		{"2011-12-09", ymd, "2011-12-09"},
		{"2011-12-09 12:50:00", ymd, "2011-12-09 12:50:00"},
		{"2011-12-09T12:50:00Z", ymd, "2011-12-09 12:50:00"},
		{"2011-12-09T12:50:00.123+08:00", ymd, "2011-12-09 12:50:00"},
		{"2011/12/9 8:26", ymd, "2011-12-09 08:26:00"},
		{"2011.1.2", ymd, "2011-01-02"},
		{"20111209", ymd, "2011-12-09"},
		{"20111209125001", ymd, "2011-12-09 12:50:01"},
		{"201112091250", ymd, "2011-12-09 12:50:00"},
		{"20111209.0", ymd, "2011-12-09"},
		{"12/1/2010 8:26", mdy, "2010-12-01 08:26:00"},
		{"12/1/2010 8:26", dmy, "2010-01-12 08:26:00"},
		{"21-07-2015", dmy, "2015-07-21"},
		{"21-07-2015", mdy, ""},
		{"1/2/2010 12:05 AM", mdy, "2010-01-02 00:05:00"},
		{"1/2/2010 1:05:09 pm", mdy, "2010-01-02 13:05:09"},
		{"2024年3月5日", ymd, "2024-03-05"},
		{"2024年3月5日 14:03", ymd, "2024-03-05 14:03:00"},
		{"2024年03月05日14时03分05秒", ymd, "2024-03-05 14:03:05"},
		{"2024年3月5日 下午2:03", ymd, "2024-03-05 14:03:00"},
		{"２０２４/３/５", ymd, "2024-03-05"},
		{"09-Nov-13", dmy, "2013-11-09"},
		{"9 November 2013", mdy, "2013-11-09"},
		{"Nov 9, 2013 10:00", dmy, "2013-11-09 10:00:00"},
		{"10/Oct/2024:13:55:36 +0800", dmy, "2024-10-10 13:55:36"},
		{"10/Oct/2024:25:55:36 +0800", dmy, ""},
		{"02.01.06", dmy, "2006-01-02"},
		{"13-11-09", ymd, "2013-11-09"},
		{"2012-02-29", ymd, "2012-02-29"},
		{"31/31/2011", dmy, ""},
		{"31/31/2011", mdy, ""},
		{"2011-02-29", ymd, ""},
		{"2011-13-01", ymd, ""},
		{"0000-00-00", ymd, ""},
		{"1234-01-01", ymd, ""},
		{"hello", ymd, ""},
		{"", ymd, ""},
		{"12:30", ymd, ""},
		{"2011-12-09x", ymd, ""},
		{"2011-12-09 25:00", ymd, ""},
		{"1.5", ymd, ""},
		{"Mayhem 3 2011x", ymd, ""},
		{"40877", day.Style{Serial: 1900}, "2011-11-30"},
		{"40877.534722222", day.Style{Serial: 1900}, "2011-11-30 12:50:00"},
		{"39415", day.Style{Serial: 1904}, "2011-11-30"},
		{"60.5", day.Style{Serial: 1900}, "1900-02-28 12:00:00"},
		{"1384041600", day.Style{Unix: true}, "2013-11-10 00:00:00"},
		{"1384041600123", day.Style{Unix: true}, "2013-11-10 00:00:00"},
	} {
		st, ok := day.Parse([]byte(c.in), c.style)
		got := ""
		if ok {
			got = st.Day.String()
			if st.Clock != day.NoClock {
				got = st.Day.Time().Add(time.Duration(st.Clock) * time.Second).Format("2006-01-02 15:04:05")
			}
		}
		if got != c.want {
			t.Errorf("%q as %+v: %q, want %q", c.in, c.style, got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2011-12-09 12:50:00", "1/2/03", "2024年3月5日", "09-Nov-13", "40877.5", "20111209"} {
		f.Add(s, 0)
	}
	f.Fuzz(func(t *testing.T, s string, serial int) {
		for _, o := range []core.DateOrder{core.DateYMD, core.DateDMY, core.DateMDY} {
			st, ok := day.Parse([]byte(s), day.Style{Order: o, Serial: serial, Unix: serial == 1})
			if ok && (st.Clock < day.NoClock || st.Clock >= 86400) {
				t.Fatalf("%q: clock %d", s, st.Clock)
			}
		}
	})
}
