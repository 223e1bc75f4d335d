package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

// addGlobals adds the flags that every command has.
func addGlobals(f *pflag.FlagSet) {
	f.String("lang", "", "zh-CN|en")
	f.Bool("json", false, "")
	f.Bool("quiet", false, "")
	f.StringArray(flagPlugins, nil, "PATH")
	f.BoolP("help", "h", false, "")
}

func withGlobals(c *command) *command {
	addGlobals(c.flags)
	return c
}

// flagPlugins names plugins that somebody works on.
const flagPlugins = "plugin-dir"

func isGlobal(flag string) bool {
	return flag == flagPlugins || flag == "lang" || flag == "json" || flag == "quiet" || flag == "help"
}

// printVersion answers --version.
func (s *session) printVersion() error {
	return s.answer(map[string]string{"version": s.call.Version}, func(p *printer) {
		p.line(program + " " + s.call.Version)
	})
}

// printOverview lists the commands.
func (s *session) printOverview() error {
	p := &printer{w: s.out, loc: s.loc}
	p.say("cli.about")
	p.blank()
	p.say("cli.usage", "line", program+" "+s.loc.T("cli.usage.line"))
	p.blank()
	g := &grid{}
	for _, e := range commands() {
		g.add(e.name, s.loc.T("cli."+e.name+".summary"))
	}
	p.grid(g, "  ")
	p.blank()
	p.say("cli.flags.global")
	p.grid(s.flagGrid(withGlobals(newCommand("")), true), "  ")
	p.blank()
	p.say("cli.exit")
	p.say("cli.more")
	return p.err
}

// printHelp shows one command: what it does, its usage, flags and an example.
func (s *session) printHelp(c *command) error {
	p := &printer{w: s.out, loc: s.loc}
	p.line(s.loc.T("cli." + c.name + ".summary"))
	p.blank()
	p.say("cli.usage", "line", c.usage())
	if key := "cli." + c.name + ".help"; s.loc.Has(key) {
		p.blank()
		for line := range strings.SplitSeq(s.loc.T(key), "\n") {
			p.line(line)
		}
	}
	if own := s.flagGrid(c, false); len(own.rows) > 0 {
		p.blank()
		p.say("cli.flags")
		p.grid(own, "  ")
	}
	p.blank()
	p.say("cli.flags.global")
	p.grid(s.flagGrid(c, true), "  ")
	p.blank()
	p.say("cli.example")
	for line := range strings.SplitSeq(s.loc.T("cli."+c.name+".example"), "\n") {
		p.line("  " + line)
	}
	return p.err
}

func (s *session) flagGrid(c *command, global bool) *grid {
	g := &grid{}
	c.flags.VisitAll(func(f *pflag.Flag) {
		if isGlobal(f.Name) == global && !f.Hidden {
			g.add(flagShape(f), s.flagText(c, f))
		}
	})
	return g
}

// flagShape is the flag as one types it: "--set key=value…".
func flagShape(f *pflag.Flag) string {
	text := "--" + f.Name
	if f.Value.Type() != "bool" {
		text += " " + f.Usage
	}
	if f.Value.Type() == "stringArray" {
		text += "…"
	}
	return text
}

// flagText explains the flag of a command, with its default where it has one.
func (s *session) flagText(c *command, f *pflag.Flag) string {
	key := "cli." + c.name + ".flag." + f.Name
	if !s.loc.Has(key) {
		key = "cli.flag." + f.Name
	}
	text := s.loc.T(key)
	switch f.DefValue {
	case "", "0", "false", "[]":
		return text
	}
	return fmt.Sprintf("%s (%s)", text, s.loc.T("cli.default", "value", f.DefValue))
}
