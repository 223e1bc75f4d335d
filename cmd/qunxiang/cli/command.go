package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"qunxiang/core"
)

// command is one verb of the program, made anew for every call.
type command struct {
	name     string
	operands []string // names of the operands in order, as the usage line shows them
	flags    *pflag.FlagSet
	needs    []string // flags that must be given
	run      func(ctx context.Context, s *session, operands []string) error
}

// newCommand returns a command without flags of its own. Its usage texts are
// place holders ("F.csv"); the sentences come from i18n.
func newCommand(name string, operands ...string) *command {
	f := pflag.NewFlagSet(name, pflag.ContinueOnError)
	f.SortFlags = false
	f.Usage = func() {}
	return &command{name: name, operands: operands, flags: f}
}

// usage returns the command's line, such as "qunxiang show P.qx NAME [--run N]".
func (c *command) usage() string {
	parts := append([]string{program, c.name}, c.operands...)
	c.flags.VisitAll(func(f *pflag.Flag) {
		if isGlobal(f.Name) || f.Hidden {
			return
		}
		text := "--" + f.Name
		if f.Value.Type() != "bool" {
			text += " " + f.Usage
		}
		if !c.required(f.Name) {
			text = "[" + text + "]"
		}
		if f.Value.Type() == "stringArray" {
			text += "…"
		}
		parts = append(parts, text)
	})
	return strings.Join(parts, " ")
}

func (c *command) required(flag string) bool { return slices.Contains(c.needs, flag) }

// anyNumber reports whether the last operand, written with dots, stands for any number.
func (c *command) anyNumber() bool {
	n := len(c.operands)
	return n > 0 && strings.HasSuffix(c.operands[n-1], "…]")
}

// parse reads the words after the command's name and returns the operands.
func (c *command) parse(words []string) ([]string, error) {
	if err := c.flags.Parse(words); err != nil {
		return nil, c.flagError(err)
	}
	operands := c.flags.Args()
	if at := slices.Index(operands, ""); at >= 0 { // a variable of a script that is not set
		operands = operands[:at]
	}
	if help, _ := c.flags.GetBool("help"); help {
		return operands, nil
	}
	switch n := len(operands); {
	case n < len(c.operands) && !strings.HasPrefix(c.operands[n], "["): // in brackets: may be left out
		return nil, misuse("usage_missing_operand", core.Args{"operand": c.operands[n], "usage": c.usage(), "command": c.name})
	case n > len(c.operands) && !c.anyNumber():
		return nil, misuse("usage_extra_operand", core.Args{"operand": operands[len(c.operands)], "usage": c.usage(), "command": c.name})
	}
	for _, name := range c.needs {
		if !c.flags.Changed(name) {
			return nil, misuse("usage_missing_flag", core.Args{"flag": "--" + name, "usage": c.usage(), "command": c.name})
		}
	}
	return operands, nil
}
