package boltcheck_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// prober feeds files to a process that opens them with bbolt.
type prober struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Scanner
	errs *bytes.Buffer
}

func (p *prober) start(t *testing.T) {
	t.Helper()
	p.cmd, p.errs = exec.Command(os.Args[0]), &bytes.Buffer{}
	p.cmd.Env = append(os.Environ(), "QX_BOLT_PROBE=1")
	p.cmd.Stderr = p.errs
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out = bufio.NewScanner(out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
}

func (p *prober) stop() {
	if p.cmd != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		p.cmd = nil
	}
}

func (p *prober) ask(t *testing.T, name string) string {
	t.Helper()
	if p.cmd == nil {
		p.start(t)
	}
	fmt.Fprintln(p.in, name)
	answer := make(chan string, 1)
	out := p.out
	go func() {
		if out.Scan() {
			answer <- out.Text()
			return
		}
		close(answer)
	}()
	select {
	case s, alive := <-answer:
		if alive {
			return s
		}
		_ = p.cmd.Wait()
		p.cmd = nil
		return fmt.Sprintf("fatal %.120s", p.errs.String())
	case <-time.After(20 * time.Second):
		p.stop()
		return "hang"
	}
}
