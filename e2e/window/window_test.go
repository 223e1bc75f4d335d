package window_test

import (
	"image"
	"testing"
	"time"

	"qunxiang/e2e/window"
	"qunxiang/internal/patience"
)

func TestTheWindowOpensAndCloses(t *testing.T) {
	d := window.Open(t, 1400, 900)
	a := d.Start(window.Options{Lang: "en"})
	t.Logf("first frame after %v", a.FirstFrame)
	if a.FirstFrame > patience.For(time.Second) {
		t.Errorf("the first frame took %v", a.FirstFrame)
	}
	a.Settle()
	w, h := a.Size()
	if n := a.Colours(image.Rect(0, 0, w, h)); n < 8 {
		t.Errorf("the window is empty: %d colours; see %s", n, a.Shot("empty"))
	}
	a.Shot("start-en")
	if code := a.Close(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
