package text_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"qunxiang/core/ingest/internal/text"
)

func TestDetect(t *testing.T) {
	t.Parallel()
	simple := strings.Repeat("订单编号,客户姓名,实付金额,下单时间\n1,张三,100,今天上午\n", 20)
	traditional := strings.Repeat("訂單編號,客戶姓名,實付金額,下單時間\n1,陳大文,100,今天上午\n", 20)
	for name, c := range map[string]struct {
		enc  encoding.Encoding
		text string
		want string
	}{
		"ASCII":               {nil, "a,b\n1,2\n", text.UTF8},
		"UTF-8":               {nil, simple, text.UTF8},
		"UTF-8 with a mark":   {nil, "\uFEFF" + simple, text.UTF8BOM},
		"GBK":                 {simplifiedchinese.GBK, simple, text.GB18030},
		"GB18030, four bytes": {simplifiedchinese.GB18030, simple + "㐀𠀀", text.GB18030},
		"GB18030 with a mark": {simplifiedchinese.GB18030, "\uFEFFid,名\n1,x\n", text.GB18030},
		"traditional in GBK":  {simplifiedchinese.GBK, "訂單編號,客戶姓名,金額\n1,陳大文,100\n2,張偉傑,200\n3,劉麗華,300\n", text.GB18030},
		"Big5":                {traditionalchinese.Big5, traditional, text.Big5},
		"UTF-16LE":            {unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), simple, text.UTF16LE},
		"UTF-16BE":            {unicode.UTF16(unicode.BigEndian, unicode.UseBOM), simple, text.UTF16BE},
		"UTF-16 without mark": {unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "id,name,amount\n1,abc,5\n", text.UTF16LE},
		"Windows-1250 Polish": {charmap.Windows1250, strings.Repeat("id,nazwa\n1,Łukasz Żółć\n2,Święta książka\n3,Gdańsk\n", 4), text.CP1250},
		"Windows-1250 Czech":  {charmap.Windows1250, strings.Repeat("id,jméno\n1,Jiří Dvořák\n2,Růžena Kučerová\n3,Žďár\n", 4), text.CP1250},
		"Windows-1251":        {charmap.Windows1251, strings.Repeat("номер,клиент,сумма\n1,Иван Петров,100\n2,Ольга Смирнова,50\n", 4), text.CP1251},
		"Windows-1253, short": {charmap.Windows1253, "id,age,name\n1,39,Λεωνιδας\n2,23,Αλεξανδρος\n3,36,Μυρων\n4,28,Ευστοργιος\n", text.CP1253},
		"Windows-1253":        {charmap.Windows1253, strings.Repeat("αριθμός,πελάτης\n1,Λεωνίδας\n2,Αλέξανδρος Παπαδόπουλος\n", 4), text.CP1253},
		"Shift-JIS":           {japanese.ShiftJIS, strings.Repeat("注文番号,顧客名,金額\n1,やまだ たろう,100\n2,スズキ,200\n", 4), text.ShiftJIS},
		"EUC-JP":              {japanese.EUCJP, strings.Repeat("注文番号,顧客名,金額\n1,やまだ たろう,100\n2,スズキ,200\n", 4), text.EUCJP},
		"EUC-KR":              {korean.EUCKR, strings.Repeat("주문번호,고객명,결제금액\n1,김철수,100\n2,이영희,200\n", 4), text.EUCKR},
		"French":              {charmap.Windows1252, strings.Repeat("id,nom\n1,Société générale\n2,François Hélène\n3,Noël à Évian\n", 5), text.CP1252},
		"German":              {charmap.Windows1252, strings.Repeat("id,Name\n1,Müller & Söhne\n2,Größe Straße\n", 5), text.CP1252},
		"Danish":              {charmap.Windows1252, strings.Repeat("id,navn\n1,Søren Ærø\n2,Åse Købmand\n", 5), text.CP1252},
		"Italian":             {charmap.Windows1252, strings.Repeat("id,nome\n1,Università più città\n2,Così però\n", 5), text.CP1252},
		"Windows-1252":        {charmap.Windows1252, strings.Repeat("id,name\n1,Clàire Güté €\n2,José Peña\n", 5), text.CP1252},
	} {
		b := []byte(c.text)
		if c.enc != nil {
			s, err := c.enc.NewEncoder().String(c.text)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			b = []byte(s)
		}
		got, conf := text.Detect(b)
		if got != c.want || conf <= 0 || got == text.CP1252 && conf > 0.5 {
			t.Errorf("%s: %s with %v, want %s", name, got, conf, c.want)
		}
		if n, _ := text.BOM(b); text.Decoder(got) != nil {
			if out, err := text.Decoder(got).Bytes(b[n:]); err != nil || string(out) != strings.TrimPrefix(c.text, "\uFEFF") {
				t.Errorf("%s: decoded %.60q, %v", name, out, err)
			}
		}
	}
	if got, _ := text.Detect([]byte("a,b\x00\x01\x02,c\n")); got != "" {
		t.Errorf("binary: %s", got)
	}
	for _, n := range text.Names() {
		if text.Canonical(strings.ToUpper(n)) != n {
			t.Errorf("%s is %q", n, text.Canonical(strings.ToUpper(n)))
		}
	}
}

func FuzzDetect(f *testing.F) {
	f.Add([]byte("a,b\n"), []byte("\xd6\xd0"))
	f.Add([]byte("\xff\xfea\x00"), []byte{})
	f.Fuzz(func(t *testing.T, head, window []byte) {
		name, conf := text.Detect(head, window)
		if conf < 0 || conf > 1 {
			t.Fatalf("confidence %v", conf)
		}
		if d := text.Decoder(name); d != nil {
			if _, err := d.Bytes(head); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	})
}
