package window

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Display is one X server without a screen, gone when its test ends.
type Display struct {
	t      testing.TB
	name   string // ":99"
	buffer string // the file that the server draws into
}

// Open starts a display of width × height pixels. It skips the test unless
// QUNXIANG_WINDOW=1 is set.
func Open(tb testing.TB, width, height int) *Display {
	tb.Helper()
	if os.Getenv("QUNXIANG_WINDOW") != "1" {
		tb.Skip("needs Xvfb and the built application: run make e2e, or set QUNXIANG_WINDOW=1 after make build")
	}
	read, write, err := os.Pipe()
	if err != nil {
		tb.Fatal(err)
	}
	defer read.Close()
	dir := tb.TempDir()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height), "-fbdir", dir, "-nolisten", "tcp", "-noreset")
	cmd.ExtraFiles = []*os.File{write} // the server picks a free number and writes it there
	if err := cmd.Start(); err != nil {
		tb.Fatalf("start Xvfb: %v", err)
	}
	write.Close()
	tb.Cleanup(func() {
		cmd.Process.Kill() //nolint:errcheck // it may be gone already
		cmd.Wait()         //nolint:errcheck // killed
	})
	number := make([]byte, 16)
	if err := read.SetReadDeadline(time.Now().Add(patience)); err != nil {
		tb.Fatal(err)
	}
	n, err := read.Read(number)
	if err != nil {
		tb.Fatalf("Xvfb did not come up: %v", err)
	}
	d := &Display{
		t: tb, name: ":" + strings.TrimSpace(string(number[:n])), buffer: filepath.Join(dir, "Xvfb_screen0"),
	}
	// The server names its display before it makes the file it draws into.
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if b, err := os.ReadFile(d.buffer); err == nil {
			if _, err := decodeXWD(b); err == nil {
				return d
			}
		}
		if time.Now().After(end) {
			tb.Fatal("Xvfb draws nothing into its file")
		}
	}
}

// Name returns the display's name, for DISPLAY.
func (d *Display) Name() string { return d.name }

// Image returns what the display shows now. It takes about a millisecond: the
// server draws into a file, in the format of xwd.
func (d *Display) Image() *image.RGBA {
	d.t.Helper()
	b, err := os.ReadFile(d.buffer)
	if err != nil {
		d.t.Fatal(err)
	}
	img, err := decodeXWD(b)
	if err != nil {
		d.t.Fatal(err)
	}
	return img
}

// dump says where the pixels of an X window dump are.
type dump struct{ start, width, height, line int }

// dumpHeader is how much of a dump its header takes at least.
const dumpHeader = 100

// readDump reads the header of an X window dump of 32 bits a pixel, blue first, as
// Xvfb writes it on this kind of processor. Source of the layout: X11/XWDFile.h.
func readDump(b []byte) (dump, error) {
	const (
		headerSize = 0
		width      = 4
		height     = 5
		byteOrder  = 7
		bitsPixel  = 11
		perLine    = 12
		colours    = 19
		colourSize = 12
	)
	if len(b) < dumpHeader {
		return dump{}, errors.New("the picture of the display is too short")
	}
	at := func(field int) int { return int(binary.BigEndian.Uint32(b[4*field:])) }
	d := dump{at(headerSize) + at(colours)*colourSize, at(width), at(height), at(perLine)}
	if at(bitsPixel) != 32 || at(byteOrder) != 0 || d.line < 4*d.width {
		return dump{}, fmt.Errorf("the picture of the display has an unexpected format: %d bits, order %d", at(bitsPixel), at(byteOrder))
	}
	return d, nil
}

// decodeXWD reads a whole dump.
func decodeXWD(b []byte) (*image.RGBA, error) {
	d, err := readDump(b)
	if err != nil {
		return nil, err
	}
	if len(b) < d.start+d.height*d.line {
		return nil, errors.New("the picture of the display is too short")
	}
	img := image.NewRGBA(image.Rect(0, 0, d.width, d.height))
	for y := range d.height {
		from, to := b[d.start+y*d.line:], img.Pix[y*img.Stride:]
		for x := 0; x < 4*d.width; x += 4 {
			to[x], to[x+1], to[x+2], to[x+3] = from[x+2], from[x+1], from[x], 255
		}
	}
	return img, nil
}

// tool runs a command on the display and returns what it prints.
func (d *Display) tool(stdin, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	// xdotool reads its arguments in the locale's encoding.
	cmd.Env = append(os.Environ(), "DISPLAY="+d.name, "LC_ALL=C.UTF-8")
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// do runs a command on the display, or ends the test.
func (d *Display) do(name string, args ...string) string {
	d.t.Helper()
	out, err := d.tool("", name, args...)
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}
