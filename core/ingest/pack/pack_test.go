package pack_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/simplifiedchinese"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/pack"
)

const text = "a,b\n1,2\n"

func gz(tb testing.TB, s string) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func zst(tb testing.TB, s string) []byte {
	tb.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return w.EncodeAll([]byte(s), nil)
}

// unbase64 is for what Go has no writer for: bzip2.
func unbase64(tb testing.TB, s string) []byte {
	tb.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func zipped(tb testing.TB, files ...string) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = io.WriteString(w, files[i+1])
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func open(tb testing.TB, b []byte) (*pack.File, error) {
	tb.Helper()
	r, n := bytes.NewReader(b), int64(len(b))
	switch {
	case bytes.HasPrefix(b, []byte("PK")):
		z, err := pack.Directory(r, n)
		if err != nil {
			return nil, err
		}
		return pack.Zip(r, n, z)
	case b[0] == 0x1F:
		return pack.Gzip(r, n), nil
	case b[0] == 'B':
		return pack.Bzip2(r, n), nil
	}
	return pack.Zstd(r, n), nil
}

func unpack(tb testing.TB, b []byte) (string, error) {
	tb.Helper()
	f, err := open(tb, b)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = f.Unpack(tb.Context(), 0, &out)
	return out.String(), err
}

func TestUnpack(t *testing.T) {
	t.Parallel()
	for name, b := range map[string][]byte{
		"gzip": gz(t, text), "two members": append(gz(t, "a,b\n"), gz(t, "1,2\n")...),
		"two streams": append(unbase64(t, "QlpoOTFBWSZTWQNDOuAAAAFRAAAQAAQwACAAIZpoM00XPF3JFOFCQA0M64A="), unbase64(t, "QlpoOTFBWSZTWXRTcEkAAAFYAAAQAAQwACAAIZpoM00XPF3JFOFCQdFNwSQ=")...),
		"zstd":        zst(t, text), "two frames": append(zst(t, "a,b\n"), zst(t, "1,2\n")...),
		"zip": zipped(t, "__MACOSX/._x.csv", "no", "dir/", "", "dir/x.csv", text, "dir/.DS_Store", "no"),
	} {
		if got, err := unpack(t, b); err != nil || got != text {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		for n := range len(b) {
			if n == 0 {
				continue
			}
			if got, err := unpack(t, b[:n]); err == nil && got == "" {
				t.Errorf("%s cut at %d: nothing, and no error", name, n)
			}
		}
	}
}

// Chinese systems write names in GBK without saying so.
func TestNames(t *testing.T) {
	t.Parallel()
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("订单明细.csv")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if _, err := z.CreateHeader(&zip.FileHeader{Name: gbk, NonUTF8: true}); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := open(t, b.Bytes())
	if err != nil || len(f.Entries()) != 1 || f.Entries()[0].Name != "订单明细.csv" {
		t.Errorf("%v %v", f, err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	zeros := strings.Repeat("\x00", 80<<20)
	flipped := gz(t, strings.Repeat(text, 1000))
	flipped[len(flipped)-6] ^= 1 // of the checksum
	locked := zipped(t, "a", "1")
	locked[bytes.Index(locked, []byte("PK\x01\x02"))+8] |= 1
	for name, c := range map[string]struct {
		b      []byte
		code   book.Code
		detail string
	}{
		"gzip bomb":     {gz(t, zeros), book.TooLarge, "ratio"},
		"zstd bomb":     {zst(t, zeros), book.TooLarge, "ratio"},
		"zip bomb":      {zipped(t, "a", zeros), book.TooLarge, "ratio"},
		"checksum":      {flipped, book.Broken, "truncated"},
		"password":      {locked, book.Encrypted, "encrypted"},
		"cut directory": {zipped(t, "a", "1")[:60], book.Broken, "truncated"},
	} {
		_, err := unpack(t, c.b)
		e, ok := errors.AsType[*book.Error](err)
		if !ok || e.Code != c.code || e.Detail != c.detail {
			t.Errorf("%s: %v, want %s %s", name, err, c.code, c.detail)
		}
	}
}
