package window

import (
	"bytes"
	"hash/maphash"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"time"
)

// Image returns what the window shows now.
func (a *App) Image() *image.RGBA {
	a.d.t.Helper()
	a.running()
	w, h := a.Size()
	img, ok := a.d.Image().SubImage(image.Rect(a.x, a.y, a.x+w, a.y+h)).(*image.RGBA)
	if !ok {
		a.d.t.Fatal("a part of a picture is no picture")
	}
	return img
}

// Pixel returns the colour at a place in the window.
func (a *App) Pixel(x, y int) color.RGBA {
	a.d.t.Helper()
	return a.d.Image().RGBAAt(a.x+x, a.y+y)
}

// Shot saves a picture of the window as NAME.png and returns its path: in the
// folder that QUNXIANG_SHOTS names, else in one that goes with the test.
func (a *App) Shot(name string) string {
	a.d.t.Helper()
	dir := os.Getenv("QUNXIANG_SHOTS")
	if dir == "" {
		dir = a.d.t.TempDir()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		a.d.t.Fatal(err)
	}
	var img image.Image = a.d.Image()
	if g, err := a.geometry(a.id); err == nil { // else there is no window yet, or no more
		img = a.d.Image().SubImage(g)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		a.d.t.Fatal(err)
	}
	path := filepath.Join(dir, name+".png")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		a.d.t.Fatal(err)
	}
	return path
}

// Until waits until ready returns true, and ends the test with what was waited for
// when that takes longer than limit or the application ends meanwhile.
func (a *App) Until(limit time.Duration, what string, ready func() bool) {
	a.d.t.Helper()
	for end := time.Now().Add(limit); ; time.Sleep(5 * time.Millisecond) {
		if ready() {
			return
		}
		a.running()
		if time.Now().After(end) {
			a.d.t.Fatalf("waited %v for %s; the picture is %s", limit, what, a.Shot("timeout"))
		}
	}
}

// Settle waits until the picture has not changed for a fifth of a second, at most
// ten seconds: a blinking cursor never ends.
func (a *App) Settle() {
	a.d.t.Helper()
	last, since := a.d.Image(), time.Now()
	for end := time.Now().Add(10 * time.Second); time.Since(since) < 200*time.Millisecond && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if now := a.d.Image(); !same(last, now) {
			last, since = now, time.Now()
		}
	}
	a.running()
}

// Part returns a number that tells one look of a part of the window from another.
func (a *App) Part(part image.Rectangle) uint64 {
	a.d.t.Helper()
	look, done := a.glance(part.Add(image.Pt(a.x, a.y)))
	defer done()
	return look()
}

// Changes does something and waits until the part of the window changes. It returns
// how long that took.
func (a *App) Changes(part image.Rectangle, do func()) time.Duration {
	a.d.t.Helper()
	look, done := a.glance(part.Add(image.Pt(a.x, a.y)))
	defer done()
	before := look()
	start := time.Now()
	do()
	a.Until(patience, "a change in the window", func() bool { return look() != before })
	return time.Since(start)
}

// Frames does something and counts the different pictures that the part of the
// window showed meanwhile, and how long it took.
func (a *App) Frames(part image.Rectangle, do func()) (frames int, took time.Duration) {
	a.d.t.Helper()
	look, done := a.glance(part.Add(image.Pt(a.x, a.y)))
	defer done()
	stop, counted := make(chan struct{}), make(chan int)
	go func() {
		n, last := 0, uint64(0)
		for {
			select {
			case <-stop:
				counted <- n
				return
			default:
			}
			if now := look(); now != last {
				n, last = n+1, now
			}
			time.Sleep(2 * time.Millisecond)
		}
	}()
	start := time.Now()
	do()
	took = time.Since(start)
	close(stop)
	return <-counted, took
}

// glance returns a function that hashes every seventh line of a part of the display,
// so quickly that looking does not slow down what is looked at.
func (a *App) glance(part image.Rectangle) (look func() uint64, done func()) {
	a.d.t.Helper()
	f, err := os.Open(a.d.buffer)
	if err != nil {
		a.d.t.Fatal(err)
	}
	head := make([]byte, dumpHeader)
	if _, err := f.ReadAt(head, 0); err != nil {
		a.d.t.Fatal(err)
	}
	d, err := readDump(head)
	if err != nil {
		a.d.t.Fatal(err)
	}
	part = part.Intersect(image.Rect(0, 0, d.width, d.height))
	line := make([]byte, 4*part.Dx())
	return func() uint64 {
		var h maphash.Hash
		h.SetSeed(seed)
		for y := part.Min.Y; y < part.Max.Y; y += 7 {
			if _, err := f.ReadAt(line, int64(d.start+y*d.line+4*part.Min.X)); err == nil {
				h.Write(line)
			}
		}
		return h.Sum64()
	}, func() { f.Close() }
}

// Colours counts the different colours in a part of the window; an empty one has
// very few.
func (a *App) Colours(part image.Rectangle) int {
	a.d.t.Helper()
	img, seen := a.Image(), map[color.RGBA]bool{}
	part = part.Add(image.Pt(a.x, a.y)).Intersect(img.Rect)
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			seen[img.RGBAAt(x, y)] = true
		}
	}
	return len(seen)
}

// painted reports whether a picture shows more than the display's own colour and a
// window that is still empty.
func painted(img *image.RGBA) bool {
	seen := map[[3]byte]bool{}
	for i := 0; i < len(img.Pix) && len(seen) < 3; i += 4 {
		seen[[3]byte(img.Pix[i:i+3])] = true
	}
	return len(seen) >= 3
}

func same(a, b *image.RGBA) bool { return bytes.Equal(a.Pix, b.Pix) }

// seed makes sums comparable within the process.
var seed = maphash.MakeSeed() //nolint:gochecknoglobals // constant once made
