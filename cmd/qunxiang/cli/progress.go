package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"qunxiang/core"
	"qunxiang/i18n"
)

// The rhythm of progress: a bar follows the eye, lines must not fill a log.
const (
	barEvery  = 100 * time.Millisecond
	lineFirst = time.Second
	lineEvery = 2 * time.Second
	barWidth  = 28 // cells
)

// bar shows the progress of one command on standard error: a bar that redraws
// itself on a terminal, otherwise a line now and then (none for what takes under a
// second). It is safe for concurrent use; nil shows nothing.
type bar struct {
	w        io.Writer
	loc      i18n.Locale
	terminal bool
	now      func() time.Time

	mu    sync.Mutex
	next  time.Time // not before
	drawn bool
	shown int // cells of the line on the terminal
}

func newBar(w io.Writer, loc i18n.Locale, terminal bool, now func() time.Time) *bar {
	b := &bar{w: w, loc: loc, terminal: terminal, now: now}
	b.next = now().Add(barEvery)
	if !terminal {
		b.next = now().Add(lineFirst)
	}
	return b
}

// progress returns the sink for this session's progress.
func (s *session) progress() core.Progress {
	if s.quiet {
		return core.NoProgress
	}
	if s.bar == nil {
		s.bar = newBar(s.err, s.loc, s.call.Terminal, time.Now)
	}
	return s.bar.show
}

// show takes one report; most are not drawn.
func (b *bar) show(fraction float64, stage core.Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if now.Before(b.next) {
		return
	}
	text := oneLine(b.loc.Message(stage))
	if !b.terminal {
		b.next = now.Add(lineEvery)
		if fraction >= 0 {
			text += " " + percent(fraction)
		}
		fmt.Fprintln(b.w, text)
		return
	}
	b.next = now.Add(barEvery)
	line := text
	if fraction >= 0 {
		full := int(min(max(fraction, 0), 1) * barWidth)
		line = strings.Repeat("█", full) + strings.Repeat("░", barWidth-full) + " " + percent(fraction) + "  " + text
	}
	n := cells(line)
	fmt.Fprint(b.w, "\r", line, strings.Repeat(" ", max(0, b.shown-n)))
	b.drawn, b.shown = true, n
}

func percent(fraction float64) string {
	return fmt.Sprintf("%3.0f%%", min(max(fraction, 0), 1)*100)
}

// clear takes the bar off the terminal, before anything else is written there.
func (b *bar) clear() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.drawn {
		fmt.Fprint(b.w, "\r", strings.Repeat(" ", b.shown), "\r")
		b.drawn, b.shown = false, 0
	}
}
