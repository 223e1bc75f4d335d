package chart_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/i18n"
	"qunxiang/internal/golden"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

func mustNew(t *testing.T, l look, lang sdk.Lang, dark bool) *chart.Figure {
	t.Helper()
	f, err := chart.New(l.kind, l.in(lang, dark), l.o)
	if err != nil {
		t.Fatalf("%s: %v", l.name, err)
	}
	return f
}

// TestTextIsLegibleEverywhere draws every chart at many sizes: all text lies on the
// page and no two pieces overlap.
func TestTextIsLegibleEverywhere(t *testing.T) {
	t.Parallel()
	sizes := [][2]float64{{320, 240}, {400, 700}, {640, 360}, {800, 600}, {1600, 1000}}
	for _, l := range looks() {
		for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
			f := mustNew(t, l, lang, false)
			for _, s := range sizes {
				texts, boxes := chart.Texts(f, s[0], s[1])
				if len(texts) == 0 {
					t.Errorf("%s %v: no text", l.name, s)
				}
				for i, b := range boxes {
					if b[0] < -0.5 || b[1] < -0.5 || b[2] > s[0]+0.5 || b[3] > s[1]+0.5 {
						t.Errorf("%s %s %v: %q is off the page: %.0f", l.name, lang, s, texts[i], b)
					}
					for j, o := range boxes[:i] {
						const touch = 1.0 // boxes are a little larger than the ink
						if b[0]+touch < o[2] && o[0]+touch < b[2] && b[1]+touch < o[3] && o[1]+touch < b[3] {
							t.Errorf("%s %s %v: %q overlaps %q: %.0f %.0f", l.name, lang, s, texts[i], texts[j], b, o)
						}
					}
				}
			}
		}
	}
}

// TestNoTextWithoutTranslation looks for keys that show as themselves.
func TestNoTextWithoutTranslation(t *testing.T) {
	t.Parallel()
	for _, l := range looks() {
		for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
			f := mustNew(t, l, lang, false)
			texts, _ := chart.Texts(f, 900, 700)
			fr, err := f.Render(900, 700, 1)
			if err != nil {
				t.Fatal(err)
			}
			for y := 0; y < 700; y += 15 {
				for x := 0; x < 900; x += 15 {
					if h, ok := fr.Hits.At(float64(x), float64(y)); ok {
						texts = append(texts, h.Lines...)
					}
				}
			}
			for _, s := range texts {
				if strings.Contains(s, "chart.") || strings.Contains(s, "{") {
					t.Errorf("%s %s: %q", l.name, lang, s)
				}
			}
		}
	}
}

func TestHits(t *testing.T) {
	t.Parallel()
	for _, l := range looks() {
		if strings.HasPrefix(l.name, "scatter") || strings.HasPrefix(l.name, "map") {
			continue // a point per customer: see TestScatterHits
		}
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
				fr, err := mustNew(t, l, lang, false).Render(800, 600, 1)
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&b, "# %s\n", lang)
				seen := map[string]bool{}
				for y := 0; y < 600; y += 4 {
					for x := 0; x < 800; x += 4 {
						h, ok := fr.Hits.At(float64(x), float64(y))
						if line := fmt.Sprintf("%v %s %+v\n", h.Box, strings.Join(h.Lines, " | "), h.Select); ok && !seen[line] {
							seen[line] = true
							b.WriteString(line)
						}
					}
				}
			}
			golden.Text(t, filepath.Join("testdata", "hits", l.name+".txt"), b.String())
		})
	}
}

func TestScatterHits(t *testing.T) {
	t.Parallel()
	in := input(500, sdk.EN, false)
	f, err := chart.New(chart.KindScatter, in, chart.Options{X: "frequency", Y: "monetary"})
	if err != nil {
		t.Fatal(err)
	}
	fr, err := f.Render(1600, 1200, 2)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for i := range in.Seg.Label {
		px, py, ok := fr.Pixel(in.Seg.Columns[1].Floats[i], in.Seg.Columns[2].Floats[i])
		if !ok {
			t.Fatal("a scatter has axes")
		}
		h, ok := fr.Hits.At(px, py)
		if !ok || len(h.Select.Rows) != 1 {
			t.Fatalf("nothing under the point of row %d", i)
		}
		if h.Select.Rows[0] == int32(i) {
			found++
			if want := in.Keys.At(i); h.Lines[0] != want {
				t.Errorf("row %d is called %q, want %q", i, h.Lines[0], want)
			}
		}
		if c := fr.Image.RGBAAt(int(px), int(py)); c.R == 255 && c.G == 255 && c.B == 255 {
			t.Errorf("row %d is not drawn at %.1f, %.1f", i, px, py)
		}
	}
	if found < 450 { // few share a pixel with another
		t.Errorf("only %d of 500 points are found under themselves", found)
	}
	all := fr.Hits.In(image.Rect(0, 0, 1600, 1200))
	if len(all) != 500 || !slices.IsSorted(all) {
		t.Errorf("a box over everything has %d rows", len(all))
	}
}

func TestFigureRows(t *testing.T) {
	t.Parallel()
	in := input(2000, sdk.EN, false)
	for _, kind := range []string{chart.KindGrid, chart.KindTreemap, chart.KindHistogram, chart.KindBox} {
		f, err := chart.New(kind, in, chart.Options{})
		if err != nil {
			t.Fatal(err)
		}
		fr, err := f.Render(900, 700, 1)
		if err != nil {
			t.Fatal(err)
		}
		seen, selected, rows := map[image.Rectangle]bool{}, map[string]bool{}, map[int32]bool{}
		for y := range 700 {
			for x := range 900 {
				h, ok := fr.Hits.At(float64(x), float64(y))
				if ok && !seen[h.Box] && (kind != chart.KindGrid || h.Select.R > 0) && (kind != chart.KindHistogram || h.Select.Column != "") {
					seen[h.Box] = true
					key := fmt.Sprintf("%+v", h.Select)
					if selected[key] {
						continue // a legend says the same as its mark
					}
					selected[key] = true
					for _, r := range chart.Rows(in.Seg, h.Select) {
						if rows[r] {
							t.Fatalf("%s: row %d stands behind two marks", kind, r)
						}
						rows[r] = true
					}
				}
			}
		}
		if len(rows) != 2000 {
			t.Errorf("%s: %d of 2000 rows stand behind the marks", kind, len(rows))
		}
	}
}

func TestPictures(t *testing.T) {
	t.Parallel()
	for _, l := range looks() {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			lang, dark := sdk.ZH, len(l.name)%2 == 1 // half of them dark, to keep the files few
			fr, err := mustNew(t, l, lang, dark).Render(480, 360, 1)
			if err != nil {
				t.Fatal(err)
			}
			golden.Image(t, filepath.Join("testdata", "pictures", l.name+".png"), fr.Image, 1)
		})
	}
}

// TestSameBytes also draws from many goroutines at once: nothing is shared but read.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	for _, l := range looks() {
		f := mustNew(t, l, sdk.ZH, true)
		for _, format := range []string{"png", "svg", "pdf"} {
			var out [2]bytes.Buffer
			var wg sync.WaitGroup
			for i := range out {
				wg.Go(func() {
					if err := f.Write(&out[i], format, 240, 180); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if !bytes.Equal(out[0].Bytes(), out[1].Bytes()) {
				t.Errorf("%s as %s: the same figure gives other bytes", l.name, format)
			}
		}
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	in := input(2000, sdk.ZH, false) // enough points for a picture layer
	in.Seg.Name = `<script>alert(1)</script>`
	f, err := chart.New(chart.KindScatter, in, chart.Options{Title: `a <b> & "c"`})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b, "png", 640, 480); err != nil {
		t.Fatal(err)
	}
	if c, err := png.DecodeConfig(&b); err != nil || c.Width != 640 || c.Height != 480 {
		t.Errorf("png: %+v %v", c, err)
	}
	b.Reset()
	if err := f.Write(&b, "svg", 640, 480); err != nil {
		t.Fatal(err)
	}
	svg := b.String()
	if strings.Contains(svg, "image/jpg") || !strings.Contains(svg, "data:image/png;base64,") || !strings.Contains(svg, "<title>a &lt;b&gt; &amp; ") {
		t.Error("svg: the picture layer or the title is wrong")
	}
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("svg is not well-formed: %v", err)
		}
	}
	b.Reset()
	if err := f.Write(&b, "pdf", 640, 480); err != nil || !bytes.HasPrefix(b.Bytes(), []byte("%PDF-")) {
		t.Errorf("pdf: %v", err)
	}
	if err := f.Write(io.Discard, "gif", 640, 480); core.CodeOf(err) != "chart_format" {
		t.Errorf("gif: %v", err)
	}
	if err := f.Write(io.Discard, "png", 10, 480); core.CodeOf(err) != "chart_size" {
		t.Errorf("tiny: %v", err)
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	want := []string{"rfm_grid", "treemap", "sizes", "money", "snake", "map", "scatter", "box", "histogram"}
	if diff := cmp.Diff(want, chart.Kinds(input(200, sdk.EN, false))); diff != "" {
		t.Errorf("kinds of RFM (-want +got):\n%s", diff)
	}
	if got := chart.Kinds(chart.Input{}); got != nil {
		t.Errorf("kinds of nothing: %v", got)
	}
	if got := chart.Kinds(chart.Input{Seg: &core.Segmentation{}}); got != nil {
		t.Errorf("kinds of no segments: %v", got)
	}
}

// TestHostileInput draws results that a careless or malicious plugin could give:
// an answer or an error that has a sentence, never a panic.
func TestHostileInput(t *testing.T) {
	t.Parallel()
	for name, spoil := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := judged(clusters(60, sdk.ZH, false))
			in.Seg.Tables = append(in.Seg.Tables, hierarchy(sdk.ZH, false).Seg.Tables...)
			spoil(in.Seg)
			for _, kind := range append(chart.AllKinds(), "pie") {
				f, err := chart.New(kind, in, chart.Options{})
				if err != nil {
					if msg, _ := (i18n.Locale{Lang: sdk.EN}).Error(err); core.AsError(err).Code == core.CodeInternal || strings.Contains(msg, "{") {
						t.Errorf("%s: %v: %q", kind, err, msg)
					}
					continue
				}
				for _, size := range [][2]int{{40, 40}, {60, 400}, {500, 50}, {300, 300}} {
					if _, err := f.Render(size[0], size[1], 1); err != nil {
						t.Errorf("%s: %v", kind, err)
					}
				}
			}
		})
	}
}

// TestDeepAndBrokenTrees draws trees that are deeper than any page, and tables of nodes
// that are no tree.
func TestDeepAndBrokenTrees(t *testing.T) {
	t.Parallel()
	const n = 3000
	for name, parent := range map[string]func(i int) int64{
		"a chain":       func(i int) int64 { return int64(i) },
		"a broom":       func(i int) int64 { return min(int64(i), 1) },
		"a ring":        func(i int) int64 { return int64((i+1)%n + 1) },
		"its own child": func(i int) int64 { return int64(i + 1) },
		"no such node":  func(int) int64 { return 1 << 40 },
	} {
		in := clusters(60, sdk.EN, false)
		ids, up, customers, names := make([]int64, n), make([]int64, n), make([]int64, n), make([]string, n)
		for i := range n {
			ids[i], up[i], customers[i], names[i] = int64(i+1), parent(i), int64(n-i), "frequency"
		}
		in.Seg.Tables = []sdk.DataTable{{ID: "nodes", Table: &table.Table{Rows: n, Columns: []table.Column{
			{Name: "id", Kind: table.Int64, Ints: ids},
			{Name: "parent", Kind: table.Int64, Ints: up},
			{Name: "n", Kind: table.Int64, Ints: customers},
			{Name: "rule_en", Kind: table.String, Strings: names},
		}}}}
		f, err := chart.New(chart.KindTree, in, chart.Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := f.Render(500, 400, 1); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func hostile() map[string]func(*core.Segmentation) {
	nan := func(c *table.Column) {
		for i := range c.Floats {
			c.Floats[i] = [...]float64{0, -1e308, 1e308}[i%3]
		}
	}
	return map[string]func(*core.Segmentation){
		"huge numbers": func(s *core.Segmentation) {
			for i := range s.Columns {
				nan(&s.Columns[i])
			}
		},
		"constant columns": func(s *core.Segmentation) {
			for i := range s.Columns {
				for j := range s.Columns[i].Floats {
					s.Columns[i].Floats[j] = 3
				}
			}
		},
		"all missing": func(s *core.Segmentation) {
			for i := range s.Columns {
				s.Columns[i].Valid = table.NewBits(60)
			}
		},
		"short columns": func(s *core.Segmentation) { s.Columns[0].Floats = s.Columns[0].Floats[:3] },
		"negative money": func(s *core.Segmentation) {
			for i := range s.Segments {
				s.Segments[i].Amount, s.Segments[i].AmountShare = -5, -0.25
			}
		},
		"empty segments": func(s *core.Segmentation) {
			for i := range s.Segments[1:] {
				s.Segments[i+1].Size = 0
			}
		},
		"no rows": func(s *core.Segmentation) {
			s.Label, s.Customers = nil, nil
			for i := range s.Columns {
				s.Columns[i].Floats = nil
			}
		},
		"strange names": func(s *core.Segmentation) {
			for i := range s.Segments {
				s.Segments[i].Name = sdk.Text{ZH: strings.Repeat("\u202e𠮷\n\t客户", 200), EN: "\x00\xff"}
			}
		},
		"empty tables": func(s *core.Segmentation) {
			for i := range s.Tables {
				s.Tables[i].Table = &table.Table{}
			}
		},
		"tables of holes": func(s *core.Segmentation) {
			for i := range s.Tables {
				for j := range s.Tables[i].Table.Columns {
					s.Tables[i].Table.Columns[j].Valid = table.NewBits(s.Tables[i].Table.Rows)
				}
			}
		},
		"tables of huge numbers": func(s *core.Segmentation) {
			for i := range s.Tables {
				for j := range s.Tables[i].Table.Columns {
					c := &s.Tables[i].Table.Columns[j]
					for k := range c.Floats {
						c.Floats[k] = [...]float64{math.NaN(), math.Inf(1), -1e300, 1e17}[k%4]
					}
					for k := range c.Ints {
						c.Ints[k] = [...]int64{math.MinInt64, math.MaxInt64, -1, 0}[k%4]
					}
				}
			}
		},
		"tables of other words": func(s *core.Segmentation) {
			for i := range s.Tables {
				for j := range s.Tables[i].Table.Columns {
					c := &s.Tables[i].Table.Columns[j]
					for k := range c.Strings {
						c.Strings[k] = strings.Repeat("\u202e\x00", k)
					}
					for k := range c.Dict {
						c.Dict[k] = ""
					}
				}
			}
		},
		"fewer customers than labels": func(s *core.Segmentation) { s.Customers = s.Customers[:7] },
		"ids from another world": func(s *core.Segmentation) {
			for i := range s.Segments {
				s.Segments[i].ID = -7 * (i + 1)
			}
		},
	}
}

func BenchmarkScatter100k(b *testing.B) {
	f, err := chart.New(chart.KindScatter, input(100_000, sdk.ZH, false), chart.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := f.Render(800, 600, 1); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGrid(b *testing.B) {
	f, err := chart.New(chart.KindGrid, input(10_000, sdk.ZH, false), chart.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := f.Render(800, 600, 1); err != nil {
			b.Fatal(err)
		}
	}
}
