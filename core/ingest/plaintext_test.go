package ingest

import (
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestText(t *testing.T) {
	t.Parallel()
	const want = "top,顶级客户,Top,5[45]\nrest,其他客户,Other,*\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(want)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(want)
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]string{"utf-8": want, "byte order mark": "\ufeff" + want, "gbk": gbk, "utf-16": wide} {
		if got, ok := Text([]byte(in)); !ok || got != want {
			t.Errorf("%s: %q %v", name, got, ok)
		}
	}
	if got, ok := Text([]byte("\x00\x01\x02\x00\x00")); ok {
		t.Errorf("binary: %q", got)
	}
	if got, ok := Text(nil); !ok || got != "" {
		t.Errorf("empty: %q %v", got, ok)
	}
}
