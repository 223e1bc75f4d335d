package intern

import (
	"strconv"
	"testing"
)

func TestDigitsAgreeWithStrconv(t *testing.T) {
	t.Parallel()
	for _, before := range []string{"", "x", "INV-99,", "12345678"} {
		for _, number := range []string{"0", "7", "10", "00042", "999", "1234567", "12345678", "99999999", "123456789", "1a", "a1", "12:4", "1/34567", "１２", "1234567\x80"} {
			b := []byte(before + number)
			want, err := strconv.ParseUint(number, 10, 32)
			got, ok := digits(b, uint32(len(before)), uint32(len(b)))
			if ok != (err == nil) || ok && uint64(got) != want {
				t.Errorf("%q after %q: %d %v, want %d %v", number, before, got, ok, want, err)
			}
		}
	}
	for n := range 100_000 {
		b := []byte("C" + strconv.Itoa(n*999))
		if got, ok := digits(b, 1, uint32(len(b))); !ok || int(got) != n*999 {
			t.Fatalf("%s read as %d %v", b, got, ok)
		}
	}
}
