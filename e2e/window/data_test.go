package window_test

import (
	"encoding/json"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"qunxiang/e2e/window"
)

// sections is where the tabs of the Data page stand in English, in their line.
var sections = map[string]image.Point{
	"quality": {306, 105}, "people": {420, 105}, "fields": {552, 105}, "survey": {659, 105}, "comments": {744, 105}, "events": {836, 105},
}

// Places on the pages of sections in a window of 1240×760.
var (
	samePer = image.Pt(730, 715) // accepts the pair that is looked at
	pairs   = image.Rect(205, 395, 620, 740)
)

// firstButton finds the topmost button of the issues that mends one: how far the wheel
// turns the list depends on how many of its clicks the window sees.
func firstButton(t *testing.T, a *window.App) image.Point {
	t.Helper()
	for y, high := content.Min.Y, 0; y < content.Max.Y; y++ {
		high++
		if c := a.Pixel(222, y); c.R >= 100 || c.B <= 90 { // not the ground of a button that leads on
			high = 0
		}
		if high == 20 {
			return image.Pt(240, y-5)
		}
	}
	t.Fatalf("there is no issue to mend; see %s", a.Shot("data-no-issue"))
	return image.Point{}
}

// messy makes a project with every kind of data and a few things wrong with them.
func messy(t *testing.T, command string) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]*strings.Builder{}
	add := func(file, format string, args ...any) {
		if files[file] == nil {
			files[file] = &strings.Builder{}
		}
		fmt.Fprintf(files[file], format+"\n", args...)
	}
	add("transactions", "customer_id,order_date,amount,order_no")
	add("survey", "customer_id,How satisfied are you (1-5),How likely are you to recommend us (0-10)")
	add("comments", "customer_id,date,comment,rating")
	add("events", "customer_id,timestamp,event,channel")
	first := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for c := range 40 {
		for k := range 1 + c%4 {
			add("transactions", "C%03d,%s,%d.50,%d", c, first.AddDate(0, 0, (c*17+k*41)%360).Format(time.DateOnly), 20+c*3+k, 10*c+k)
		}
		said := []string{"The delivery was late and the box broken", "Great quality", "Too expensive for what it is", "Friendly staff"}[c%4]
		add("survey", "C%03d,%d,%d", c, 1+c%5, c%11)
		add("comments", `C%03d,2024-06-%02d,"%s",%d`, c, 1+c%28, said, []int{1, 5, 2, 4}[c%4])
		add("events", "C%03d,2024-%02d-%02d 10:00:00,%s,%s", c, 1+c%12, 1+c%28, []string{"visit", "click", "call"}[c%3], []string{"web", "app"}[c%2])
	}
	add("transactions", "C002,1970-01-01,30,903")
	add("customers", "customer_id,full name,phone,email")
	person := func(code string, n int) {
		given, family := []string{"Ann", "Bob", "Eve", "Dan", "Ida"}[n%5], []string{"Miller", "Stone", "Woods", "Hill", "Lake", "Field", "Moore", "Reed"}[n/5]
		add("customers", "%s,%s %s,1380000%04d,%s.%s@example.com", code, given, family, n*37, given, family)
	}
	for c := range 40 {
		person(fmt.Sprintf("C%03d", c), c)
	}
	person("D101", 1) // the same as C001
	person("D102", 2)
	project := filepath.Join(dir, "messy.qx")
	run := func(args ...string) {
		t.Helper()
		if out, err := exec.Command(command, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	run("new", project)
	for _, kind := range []string{"transactions", "customers", "survey", "comments", "events"} {
		path := filepath.Join(dir, kind+".csv")
		if err := os.WriteFile(path, []byte(files[kind].String()), 0o600); err != nil {
			t.Fatal(err)
		}
		run("import", project, path, "--as", kind)
	}
	return project
}

// steps asks the command how many cleaning steps a project has and how its customers
// are counted.
func steps(t *testing.T, command, project string) (n, customers int) {
	t.Helper()
	out, err := exec.Command(command, "quality", project, "--json").Output()
	if err != nil {
		t.Fatalf("quality: %v\n%s", err, out)
	}
	var q struct {
		Steps  []struct{ Off bool }
		Counts struct{ Customers int }
	}
	if err := json.Unmarshal(out, &q); err != nil {
		t.Fatal(err)
	}
	for _, s := range q.Steps {
		if !s.Off {
			n++
		}
	}
	return n, q.Counts.Customers
}

// TestTheSectionsOfData goes through what can be done with data that are in the project:
// mend an issue and take it back, merge two codes and take it back, and look at the
// answers, the comments and the events.
func TestTheSectionsOfData(t *testing.T) {
	d := window.Open(t, 1280, 800)
	command := filepath.Join(filepath.Dir(window.Program(t)), "qunxiang")
	project := messy(t, command)
	a := d.Start(window.Options{Lang: "en", Args: []string{project}})
	a.Settle()
	time.Sleep(time.Second) // the project opens in the background
	a.Settle()
	section := func(name string) {
		t.Helper()
		p := sections[name]
		a.Changes(content, func() { a.Click(p.X, p.Y) })
		time.Sleep(time.Second) // what it shows is computed in the background
		a.Settle()
		a.Shot("data-" + name)
	}
	saved := func(what string, right func(steps, customers int) bool) {
		t.Helper()
		a.Until(time.Minute, what, func() bool { // what was done may not be in what is saved first
			a.Key("ctrl+s")
			a.Settle()
			return right(steps(t, command, project))
		})
		time.Sleep(time.Second) // the window hears of it
		a.Settle()
	}
	a.Changes(content, func() { a.Click(90, rail["data"]) })
	a.Settle()
	for name, least := range map[string]int{"fields": 20, "survey": 40, "comments": 40, "events": 25} {
		section(name)
		a.Until(time.Minute, "the section "+name, func() bool { return a.Colours(content) >= least })
	}

	section("quality")
	a.Wheel(500, 600, 10)
	a.Settle()
	mend := firstButton(t, a)
	a.Changes(content, func() { a.Click(mend.X, mend.Y) })
	time.Sleep(time.Second) // before and after are counted
	a.Settle()
	a.Shot("data-mend")
	a.Changes(content, func() { a.Key("Return") })
	a.Settle()
	saved("a step after mending", func(steps, _ int) bool { return steps == 1 })
	a.Key("ctrl+z")
	time.Sleep(time.Second)
	a.Settle()
	saved("no step after undo", func(steps, _ int) bool { return steps == 0 })

	section("people")
	_, before := steps(t, command, project)
	list := a.Part(pairs)
	a.Changes(content, func() { a.Click(samePer.X, samePer.Y) })
	a.Settle()
	saved("one customer less after a merge", func(_, now int) bool { return now == before-1 })
	a.Key("ctrl+z")
	time.Sleep(time.Second)
	a.Settle()
	saved("all customers after undo", func(_, now int) bool { return now == before })
	a.Until(time.Minute, "the list of pairs as it was", func() bool { return a.Part(pairs) == list })
	if code := a.Close(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
