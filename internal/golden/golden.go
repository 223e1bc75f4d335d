// Package golden compares what a test got with a file of what it should get. The
// flag -update, off unless given, rewrites the files; `make golden` gives it to
// every package that has some.
package golden

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files") //nolint:gochecknoglobals // a flag of the test binary

// Text fails the test where got differs from the file at path.
func Text(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		write(t, path, []byte(got))
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run with -update to make it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// Image fails the test where got has another size than the PNG file at path, or
// where its channels differ by more than tolerance (0…255) in the mean.
func Image(t *testing.T, path string, got image.Image, tolerance float64) {
	t.Helper()
	if *update {
		var b bytes.Buffer
		if err := png.Encode(&b, got); err != nil {
			t.Fatal(err)
		}
		write(t, path, b.Bytes())
		return
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run with -update to make it)", err)
	}
	want, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if want.Bounds() != got.Bounds() {
		t.Fatalf("%s: size %v, want %v", path, got.Bounds(), want.Bounds())
	}
	if d := difference(want, got); d > tolerance {
		keep := filepath.Join(os.TempDir(), filepath.Base(path))
		var b bytes.Buffer
		if png.Encode(&b, got) == nil && os.WriteFile(keep, b.Bytes(), 0o600) == nil {
			t.Logf("what was drawn is in %s", keep)
		}
		t.Errorf("%s: mean difference %.3f of 255, more than %.3f", path, d, tolerance)
	}
}

func difference(a, b image.Image) float64 {
	sum, n := 0.0, 0
	r := a.Bounds()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			sum += apart(r1, r2) + apart(g1, g2) + apart(b1, b2)
			n += 3
		}
	}
	return sum / float64(max(1, n))
}

func apart(a, b uint32) float64 {
	if a < b {
		a, b = b, a
	}
	return float64(a-b) / 257
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil { //nolint:gosec // a file of the repository
		t.Fatal(err)
	}
	t.Logf("wrote %s", path)
}
