package cli

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"qunxiang/core"
	"qunxiang/i18n"
	"qunxiang/sdk/rpc"
)

const program = "qunxiang"

// Describe is what the program says of the bundled methods with the ids.
type Describe func(ids []string) (rpc.Description, error)

// Call is one call of the program.
type Call struct {
	Args     []string // without the program's name
	Stdout   io.Writer
	Stderr   io.Writer
	Getenv   func(string) string
	Terminal bool     // Stderr is a terminal that takes a progress bar
	Bundled  []string // ids of the methods that the program serves by starting itself
	Describe Describe // what it would say of them; nil = it is started and asked
	Program  string   // the executable to start for them; "" = this one
	Version  string
	Apart    bool // files are read by a process of their own, as [wire.ServeReader] is
}

// Main runs the program on the process's own arguments and streams and returns its
// exit code. An interrupt or a request to end cancels the command; a second one
// ends the process at once.
func Main(bundled []string, describe Describe, version string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	writePastLimit()
	info, err := os.Stderr.Stat()
	return Run(ctx, Call{
		Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv,
		Terminal: err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb",
		Bundled:  bundled, Describe: describe, Version: version, Apart: true,
	})
}

// Run answers one call and returns the exit code.
func Run(ctx context.Context, c Call) int {
	lang, err := language(c.Args, c.Getenv)
	s := &session{call: c, loc: i18n.Locale{Lang: lang}, out: c.Stdout, err: c.Stderr}
	if err == nil {
		err = s.dispatch(ctx)
	} else {
		s.json = asksJSON(c.Args)
	}
	err = s.end(ctx, err)
	s.fail(err)
	return exitCode(err)
}

// end releases what the session opened and returns how the command ended. What breaks after
// the user has cancelled breaks because of that; but a command that was done by then stays
// done, although its processes were interrupted.
func (s *session) end(ctx context.Context, err error) error {
	e := s.close()
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err == nil && ctx.Err() == nil:
		return e
	}
	return err
}

// dispatch finds the command, reads its flags and runs it.
func (s *session) dispatch(ctx context.Context) error {
	words := s.call.Args
	at, err := s.leading(words)
	switch {
	case err != nil || at < 0: // -1: answered by a flag
		return err
	case at == len(words):
		return s.printOverview()
	}
	name, rest := words[at], append(append([]string{}, words[:at]...), words[at+1:]...)
	if name == "help" {
		return s.help(rest)
	}
	c := find(name)
	if c == nil {
		return s.unknownCommand(name)
	}
	addGlobals(c.flags)
	operands, err := c.parse(rest)
	s.json, _ = c.flags.GetBool("json")
	s.quiet, _ = c.flags.GetBool("quiet")
	s.plugins, _ = c.flags.GetStringArray(flagPlugins)
	if err != nil {
		s.json = s.json || asksJSON(words)
		return err
	}
	if help, _ := c.flags.GetBool("help"); help {
		return s.printHelp(c)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return c.run(ctx, s, operands)
}

// leading skips the flags before the command's name and returns its position, -1
// when a flag (--help, --version) was already the whole question.
func (s *session) leading(words []string) (int, error) {
	s.json = asksJSON(words)
	for i := 0; i < len(words); i++ {
		switch w := words[i]; {
		case w == "--help" || w == "-h":
			if i+1 < len(words) && find(words[len(words)-1]) != nil {
				return -1, s.printHelp(withGlobals(find(words[len(words)-1])))
			}
			return -1, s.printOverview()
		case w == "--version":
			return -1, s.printVersion()
		case w == "--lang", w == "--"+flagPlugins:
			i++
		case w == "--json", w == "--quiet", strings.HasPrefix(w, "--lang="), strings.HasPrefix(w, "--"+flagPlugins+"="):
		case strings.HasPrefix(w, "-") && w != "-":
			return 0, misuse("usage_flag_first", core.Args{"flag": w})
		default:
			return i, nil
		}
	}
	return len(words), nil
}

func (s *session) unknownCommand(name string) error {
	var names []string
	for _, e := range commands() {
		names = append(names, e.name)
	}
	if near := nearest(name, names); near != "" {
		return misuse("usage_unknown_command_near", core.Args{"name": name, "near": near})
	}
	return misuse("usage_unknown_command", core.Args{"name": name})
}

// help answers "qunxiang help [COMMAND]".
func (s *session) help(words []string) error {
	for _, w := range words {
		if strings.HasPrefix(w, "-") || w == string(s.loc.Lang) {
			continue
		}
		c := find(w)
		if c == nil {
			return s.unknownCommand(w)
		}
		return s.printHelp(withGlobals(c))
	}
	return s.printOverview()
}

// asksJSON tells whether a command line that could not be read asked for JSON.
func asksJSON(words []string) bool {
	for _, w := range words {
		switch w {
		case "--json", "--json=true":
			return true
		case "--":
			return false
		}
	}
	return false
}
