package window

import (
	"bytes"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options say how the application is started. The zero value is the program of
// `make build` in English, in a home folder of its own.
type Options struct {
	Program string   // "" = bin/qunxiang-app of this source tree
	Args    []string // files to open, flags
	Home    string   // "" = a new folder; give the same one to start again as the same user
	Lang    string   // "zh-CN" or "en"
	Env     []string // further variables, NAME=value
}

// App is one running application and its main window.
type App struct {
	Home       string        // its home folder
	FirstFrame time.Duration // from starting the process to the first picture in the window

	d      *Display
	cmd    *exec.Cmd
	log    *buffer
	exited chan struct{}
	id     string // of the window
	x, y   int    // of the window on the display
}

// patience is how long is waited for what would else never come.
const patience = time.Minute

// buffer keeps what the application prints.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// Start starts the application and waits for its first frame. The process is
// killed when the test ends.
func (d *Display) Start(o Options) *App {
	d.t.Helper()
	if o.Program == "" {
		o.Program = Program(d.t)
	}
	if o.Home == "" {
		o.Home = d.t.TempDir()
	}
	if err := os.MkdirAll(filepath.Join(o.Home, ".cache"), 0o700); err != nil {
		d.t.Fatal(err)
	}
	a := &App{Home: o.Home, d: d, log: new(buffer), exited: make(chan struct{})}
	a.cmd = exec.Command(o.Program, o.Args...)
	a.cmd.Env = append(environment(d.name, o.Home, o.Lang), o.Env...)
	a.cmd.Dir = o.Home
	a.cmd.Stdout, a.cmd.Stderr = a.log, a.log
	start := time.Now()
	if err := a.cmd.Start(); err != nil {
		d.t.Fatalf("start the application: %v", err)
	}
	go func() {
		a.cmd.Wait() //nolint:errcheck // the state is looked at where it matters
		close(a.exited)
	}()
	d.t.Cleanup(func() {
		a.Kill()
		if d.t.Failed() {
			d.t.Logf("the application printed:\n%s", a.log)
		}
	})
	a.Until(patience, "the first frame", func() bool { return painted(d.Image()) })
	a.FirstFrame = time.Since(start)
	a.find()
	return a
}

// environment is a clean one: no settings, no session bus (each start would leave a
// daemon behind) and no scaling from outside.
func environment(display, home, lang string) []string {
	locale := "en_US.UTF-8"
	if lang == "zh-CN" {
		locale = "zh_CN.UTF-8"
	}
	return []string{
		"DISPLAY=" + display, "HOME=" + home, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(),
		"LANG=" + locale, "LC_ALL=" + locale, "DBUS_SESSION_BUS_ADDRESS=/dev/null", "FYNE_SCALE=1", "TZ=UTC",
	}
}

// find looks for the application's largest window and gives it the keyboard.
func (a *App) find() {
	a.d.t.Helper()
	a.Until(patience, "a window", func() bool {
		ids, err := a.d.tool("", "xdotool", "search", "--onlyvisible", "--pid", strconv.Itoa(a.cmd.Process.Pid))
		if err != nil {
			return false // none yet
		}
		largest := 0
		for _, id := range strings.Fields(ids) {
			g, err := a.geometry(id)
			if err == nil && g.Dx()*g.Dy() > largest {
				largest, a.id, a.x, a.y = g.Dx()*g.Dy(), id, g.Min.X, g.Min.Y
			}
		}
		return largest > 0
	})
	a.d.do("xdotool", "windowfocus", a.id)
}

func (a *App) geometry(id string) (image.Rectangle, error) {
	out, err := a.d.tool("", "xdotool", "getwindowgeometry", "--shell", id)
	if err != nil {
		return image.Rectangle{}, err
	}
	v := map[string]int{}
	for line := range strings.Lines(out) {
		name, number, _ := strings.Cut(strings.TrimSpace(line), "=")
		v[name], _ = strconv.Atoi(number)
	}
	return image.Rect(v["X"], v["Y"], v["X"]+v["WIDTH"], v["Y"]+v["HEIGHT"]), nil
}

// Size returns the window's width and height.
func (a *App) Size() (width, height int) {
	a.d.t.Helper()
	g, err := a.geometry(a.id)
	if err != nil {
		a.d.t.Fatal(err)
	}
	return g.Dx(), g.Dy()
}

// Resize gives the window another size and waits until it is drawn.
func (a *App) Resize(width, height int) {
	a.d.t.Helper()
	a.d.do("xdotool", "windowsize", "--sync", a.id, strconv.Itoa(width), strconv.Itoa(height))
	a.Settle()
}

// Close asks the window to close, as the button in its frame does, and waits for
// the application to end. It returns the exit code.
func (a *App) Close() int {
	a.d.t.Helper()
	a.x11("close", a.id)
	select {
	case <-a.exited:
		return a.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		a.Shot("does-not-close")
		a.d.t.Fatalf("the application did not end within %v of closing its window", patience)
		return -1
	}
}

// Kill ends the process at once, as a power cut would.
func (a *App) Kill() {
	a.cmd.Process.Kill() //nolint:errcheck // it may be gone already
	<-a.exited
}

// Log returns what the application has printed so far.
func (a *App) Log() string { return a.log.String() }

// running ends the test when the application has ended.
func (a *App) running() {
	a.d.t.Helper()
	select {
	case <-a.exited:
		a.d.t.Fatalf("the application ended: %v", a.cmd.ProcessState)
	default:
	}
}

// Program returns the path of bin/qunxiang-app in this source tree.
func Program(t interface {
	Helper()
	Fatal(...any)
},
) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			path := filepath.Join(dir, "bin", "qunxiang-app")
			if _, err := os.Stat(path); err != nil {
				t.Fatal(fmt.Sprintf("%s is missing: run make build", path))
			}
			return path
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("not inside the source tree")
		}
		dir = filepath.Dir(dir)
	}
}
