package window

import (
	_ "embed"
	"strconv"
	"strings"
	"time"
)

// x11Script speaks the parts of X11 that xdotool does not.
//
//go:embed x11.py
var x11Script string

func (a *App) x11(args ...string) string {
	a.d.t.Helper()
	out, err := a.d.tool(x11Script, "/usr/bin/python3", append([]string{"-"}, args...)...)
	if err != nil {
		a.Shot("x11-" + args[0])
		a.d.t.Fatal(err)
	}
	return out
}

func (a *App) xdotool(args ...string) {
	a.d.t.Helper()
	a.running()
	a.d.do("xdotool", args...)
}

// Move moves the mouse to a place in the window.
func (a *App) Move(x, y int) {
	a.d.t.Helper()
	a.xdotool("mousemove", strconv.Itoa(a.x+x), strconv.Itoa(a.y+y))
}

// Click clicks a place with the left button. The pause after the move lets the
// application see where the mouse is before the button goes down.
func (a *App) Click(x, y int) {
	a.d.t.Helper()
	a.button(x, y, "1")
}

// Press clicks where the mouse is, without a pause, for measuring: left alone, the
// tool sleeps a tenth of a second after every click.
func (a *App) Press() {
	a.d.t.Helper()
	a.xdotool("click", "--delay", "0", "1")
}

// RightClick clicks a place with the right button.
func (a *App) RightClick(x, y int) {
	a.d.t.Helper()
	a.button(x, y, "3")
}

// DoubleClick clicks a place twice.
func (a *App) DoubleClick(x, y int) {
	a.d.t.Helper()
	a.Move(x, y)
	a.xdotool("sleep", "0.05", "click", "--repeat", "2", "--delay", "60", "1")
}

func (a *App) button(x, y int, button string) {
	a.d.t.Helper()
	a.Move(x, y)
	a.xdotool("sleep", "0.05", "click", button)
}

// Wheel turns the wheel over a place: down for positive clicks, up for negative.
func (a *App) Wheel(x, y, clicks int) {
	a.d.t.Helper()
	button := "5"
	if clicks < 0 {
		button, clicks = "4", -clicks
	}
	a.Move(x-1, y)
	a.Move(x, y) // the first tick counts only after a move
	a.xdotool("sleep", "0.05", "click", "--repeat", strconv.Itoa(clicks), "--delay", "15", button)
}

// Drag presses the left button at one place and lets it go at another.
func (a *App) Drag(x1, y1, x2, y2 int) {
	a.d.t.Helper()
	a.Move(x1, y1)
	a.xdotool("mousedown", "1", "sleep", "0.05")
	for step := 1; step <= 8; step++ {
		a.Move(x1+(x2-x1)*step/8, y1+(y2-y1)*step/8)
	}
	a.xdotool("sleep", "0.05", "mouseup", "1")
}

// Key presses keys one after the other, each as xdotool names it: "Tab", "ctrl+s".
func (a *App) Key(keys ...string) {
	a.d.t.Helper()
	for _, k := range keys {
		a.xdotool("key", "--clearmodifiers", k, "sleep", "0.03")
	}
}

// Type puts a text where the keyboard is. It goes through the clipboard: typed key
// by key, Han characters get lost.
func (a *App) Type(text string) {
	a.d.t.Helper()
	a.running()
	// xclip stays in the background to answer for the clipboard; with -quiet or a pipe
	// it would hold this process up.
	if _, err := a.d.tool(text, "sh", "-c", "xclip -selection clipboard >/dev/null 2>&1"); err != nil {
		a.d.t.Fatal(err)
	}
	a.Key("ctrl+v")
	time.Sleep(50 * time.Millisecond) // the paste asks xclip for the text
}

// Drop drops files on a place in the window, as from a file manager.
func (a *App) Drop(x, y int, files ...string) {
	a.d.t.Helper()
	a.running()
	out := a.x11(append([]string{"drop", a.id, strconv.Itoa(x), strconv.Itoa(y)}, files...)...)
	if !strings.Contains(out, "finished") {
		a.d.t.Fatalf("drop: the window answered %q", out)
	}
}
