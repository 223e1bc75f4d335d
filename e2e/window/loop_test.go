package window_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"image"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"qunxiang/e2e/window"
)

// Places of the loop in a window of 1240×760: what a person would click, English
// and Chinese alike.
var (
	middle    = image.Pt(580, 380)  // of Home: the drop zone
	primary   = image.Pt(1180, 120) // the button that leads on, on every page
	below     = image.Pt(1180, 164) // the same under a line of sections
	button    = image.Pt(1209, 156) // the ground of the button there, beside its words
	run       = image.Pt(1160, 110) // the ground of the form's button
	topCell   = image.Pt(597, 389)  // of the heat grid: most recent, most frequent
	listEdge  = image.Pt(1080, 110) // of the button that saves a list: its ground
	saveList  = image.Pt(1120, 120)
	choose    = image.Pt(817, 595) // of the list dialog
	saveFile  = image.Pt(680, 624) // of the file dialog
	languages = image.Pt(1208, 50)
	grid      = image.Rect(230, 300, 640, 700)
)

// orders returns the largest real file there is, else the sample shop's orders.
func orders(t *testing.T, command string) (path string, customers int) {
	t.Helper()
	dir := t.TempDir()
	packed := filepath.Join(filepath.Dir(filepath.Dir(command)), "..", "shared", "data", "transactions", "online_retail_uci.csv.zst")
	if f, err := os.Open(packed); err == nil {
		defer f.Close()
		z, err := zstd.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		path = filepath.Join(dir, "uci.csv")
		out, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(out, z); err != nil {
			t.Fatal(err)
		}
		return path, 4327 // with a valid order under the default refund policy: see core/ingest and e2e
	}
	t.Log("without ../shared/data the loop runs on the sample shop")
	if out, err := exec.Command(command, "sample", "shop", "--out", dir, "--lang", "en").CombinedOutput(); err != nil {
		t.Fatalf("sample: %v\n%s", err, out)
	}
	return filepath.Join(dir, "orders.csv"), 0
}

// TestTheLoop is the main job as an owner does it: drop an export, look at what was
// found, import, run the first question, click the best customers, save their list,
// switch the language, save, close, open again.
func TestTheLoop(t *testing.T) {
	d := window.Open(t, 1280, 800)
	command := filepath.Join(filepath.Dir(window.Program(t)), "qunxiang")
	file, want := orders(t, command)
	a := d.Start(window.Options{Lang: "en"})
	a.Settle()
	click := func(p image.Point) {
		t.Helper()
		a.Move(p.X, p.Y)
		a.Settle() // what hovering changes is not the answer
		a.Changes(content, a.Press)
		a.Settle()
	}
	a.Changes(content, func() { a.Drop(middle.X, middle.Y, file) })
	a.Settle()
	a.Shot("loop-1-import")
	click(below)
	strong := func(p image.Point) func() bool { // a button that leads on, and can be pressed
		return func() bool {
			c := a.Pixel(p.X, p.Y)
			return c.R < 100 && c.B > 90
		}
	}
	a.Until(3*time.Minute, "the end of the import", strong(button))
	a.Settle()
	a.Shot("loop-2-imported")
	a.Until(time.Minute, "the form of the first question", func() bool {
		a.Click(below.X, below.Y) // once more while the page of the import is still being drawn; the form has nothing there
		a.Settle()
		return strong(run)()
	})
	a.Shot("loop-3-form")
	click(primary)
	a.Until(2*time.Minute, "the result", strong(listEdge))
	a.Until(time.Minute, "the heat grid", func() bool { return a.Colours(grid) >= 12 })
	a.Settle()
	a.Shot("loop-4-result")
	if n := a.Colours(grid); n < 12 {
		t.Fatalf("there is no heat grid: %d colours; see %s", n, a.Shot("no-grid"))
	}
	click(topCell)
	a.Shot("loop-5-customers")
	a.Changes(content, func() { a.Key("alt+Left") })
	a.Settle()

	click(saveList)
	a.Shot("loop-6-list")
	click(choose)
	a.Move(saveFile.X, saveFile.Y)
	a.Settle() // the dialog is there and knows where the mouse is
	a.Press()
	list := filepath.Join(a.Home, "RFM customer value.csv")
	a.Until(time.Minute, "the list "+list, func() bool { return exists(list) })
	a.Settle()
	a.Key("ctrl+s")
	a.Settle()
	a.Move(saveFile.X, saveFile.Y)
	a.Settle() // the dialog is there and knows where the mouse is
	a.Press()
	project := filepath.Join(a.Home, name(file)+".qx")
	a.Until(time.Minute, "the project "+project, func() bool { return exists(project) })
	a.Settle()
	before := show(t, command, project)
	if want > 0 && before.Customers != want || before.Customers == 0 || len(before.Segments) != 11 {
		t.Errorf("the project holds %d customers in %d segments", before.Customers, len(before.Segments))
	}
	if rows := countRows(t, list); rows != before.Customers {
		t.Errorf("the list has %d customers, the result %d", rows, before.Customers)
	}

	a.Changes(image.Rect(10, 80, 160, 450), func() { a.Click(languages.X, languages.Y) })
	a.Settle()
	a.Shot("loop-7-chinese")
	if code := a.Close(); code != 0 {
		t.Errorf("exit code %d", code)
	}

	b := d.Start(window.Options{Lang: "en", Home: a.Home, Args: []string{project}})
	b.Settle()
	time.Sleep(2 * time.Second) // the project opens in the background
	b.Settle()
	b.Changes(content, func() { b.Click(90, rail["results"]) })
	time.Sleep(time.Second)
	b.Settle()
	b.Shot("loop-8-again")
	if n := b.Colours(grid); n < 12 {
		t.Errorf("after opening again there is no heat grid: %d colours; see %s", n, b.Shot("no-grid-again"))
	}
	if code := b.Close(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if after := show(t, command, project); after.Identity() != before.Identity() {
		t.Errorf("the result changed: %s\nwas %s", after.Identity(), before.Identity())
	}
}

// shown is what the command says of a result.
type shown struct {
	Customers int
	Segments  []struct {
		Key    string
		Size   int
		Amount float64
	}
}

// Identity is the segments with their sizes and money as text.
func (s shown) Identity() string {
	b, _ := json.Marshal(s) // plain data
	return string(b)
}

func show(t *testing.T, command, project string) shown {
	t.Helper()
	out, err := exec.Command(command, "show", project, "RFM customer value", "--json").Output()
	if err != nil {
		t.Fatalf("show: %v\n%s", err, out)
	}
	var s shown
	if err := json.Unmarshal(out, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func countRows(t *testing.T, path string) int {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return len(rows) - 1
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func name(path string) string {
	base := filepath.Base(path)
	return base[:len(base)-len(filepath.Ext(base))]
}
