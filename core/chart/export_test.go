package chart

import (
	"fmt"
	"image"
	"image/color"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgpdf"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Texts collects every piece of text of a figure drawn w×h dips large, with its
// place: for the tests of the layout, which stand outside the package.
func Texts(f *Figure, w, h float64) (texts []string, boxes [][4]float64) {
	c := &recorder.Canvas{}
	p := f.pen(c, w, h, 1)
	p.hits = &Hits{}
	p.seen = func(s string, b box) {
		if s != "" {
			texts, boxes = append(texts, s), append(boxes, [4]float64{b.x, b.y, b.right(), b.bottom()})
		}
	}
	f.paint(p)
	return texts, boxes
}

func TestMarkersDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for id := 1; id <= SegmentColors*markerShapes; id++ {
		key := fmt.Sprint(SegmentColor(id, false), markerOf(id))
		if other, ok := seen[key]; ok {
			t.Errorf("segments %d and %d look the same", other, id)
		}
		seen[key] = id
	}
}

func TestPicturesStandUprightInPDF(t *testing.T) {
	t.Parallel()
	m := image.NewRGBA(image.Rect(0, 0, 2, 3))
	m.Set(1, 0, color.White)
	for name, c := range map[string]vg.Canvas{"svg": vgsvg.New(10, 10), "png": vgimg.New(10, 10)} {
		if got := upright(draw.New(c.(vg.CanvasSizer)), m); got != m {
			t.Errorf("%s: the picture is turned over", name)
		}
	}
	got := upright(draw.New(vgpdf.New(10, 10)), m)
	if got.At(1, 2) != m.At(1, 0) || got.At(1, 0) != m.At(1, 2) {
		t.Error("pdf: the picture is not turned over")
	}
}

func TestNiceStep(t *testing.T) {
	t.Parallel()
	for in, want := range map[float64]float64{0.3: 0.5, 1: 1, 1.2: 2, 49: 50, 51: 100, 0: 1, -3: 1} {
		if got := niceStep(in); got != want {
			t.Errorf("niceStep(%g) = %g, want %g", in, got, want)
		}
	}
}

func TestScalesInvert(t *testing.T) {
	t.Parallel()
	for _, s := range []scale{linearScale{}, signedLog{0.1}, signedLog{10}} {
		lo, hi := -250.0, 98_000.0
		for _, v := range []float64{-250, -3, 0, 0.02, 5, 1200, 98_000} {
			if got := s.invert(lo, hi, s.Normalize(lo, hi, v)); got < v-1e-6 || got > v+1e-6 {
				t.Errorf("%T: %g comes back as %g", s, v, got)
			}
		}
		ticks := s.ticks(lo, hi, 6)
		for i, v := range ticks {
			if v < lo || v > hi || i > 0 && v <= ticks[i-1] {
				t.Errorf("%T: ticks %v", s, ticks)
			}
		}
		if len(ticks) < 2 || len(ticks) > 9 {
			t.Errorf("%T: %d ticks", s, len(ticks))
		}
	}
}

func TestQuantileIsRsTypeSeven(t *testing.T) {
	t.Parallel()
	// R 4.x: quantile(c(1, 2, 4, 8), c(.05, .25, .5, .9)) = 1.15 1.75 3.00 6.80
	v := []float64{1, 2, 4, 8}
	for q, want := range map[float64]float64{0.05: 1.15, 0.25: 1.75, 0.5: 3, 0.9: 6.8, 1: 8} {
		if got := quantile(v, q); got < want-1e-12 || got > want+1e-12 {
			t.Errorf("quantile %g = %g, want %g", q, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	p := &pen{}
	st := style{size: 10}
	for _, s := range []string{"重要价值客户", "Potential loyalists of the north", "Donaudampfschifffahrtsgesellschaft", "VIP 会员（北京，上海）"} {
		for room := 12.0; room < 200; room += 7 {
			lines := p.wrap(s, room, 3, st)
			if len(lines) > 3 {
				t.Errorf("%q in %g: %d lines", s, room, len(lines))
			}
			for _, l := range lines {
				if p.width(l, st) > room {
					t.Errorf("%q in %g: line %q is %g wide", s, room, l, p.width(l, st))
				}
			}
		}
	}
}

// Plane is planeOf for the tests outside: what the two axes hold, and the first axis.
func Plane(names []string, columns [][]float64) (share [2]float64, first []float64) {
	p := planeOf(names, columns)
	return p.share, p.axes[0]
}
