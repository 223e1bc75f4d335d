package cli

import (
	"errors"
	"strings"

	"github.com/spf13/pflag"

	"qunxiang/core"
)

// misuse is an error of the command line itself: exit code 2.
func misuse(code string, args core.Args) error {
	return &core.Error{Code: code, Origin: core.OriginUser, Op: "command line", Args: args}
}

// badFlag is a flag whose value cannot be used; want says what is expected.
func badFlag(flag, value, want string) error {
	return &core.Error{
		Code: "usage_bad_value", Origin: core.OriginUser, Op: "command line",
		Where: core.Where{Param: "--" + flag},
		Args:  core.Args{"flag": "--" + flag, "value": value, "want": core.Message{Key: "cli.want." + want}},
	}
}

// flagError translates what pflag found wrong.
func (c *command) flagError(err error) error {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		name := e.GetSpecifiedName()
		dashes := "--"
		if e.GetSpecifiedShortnames() != "" {
			dashes = "-"
		}
		args := core.Args{"flag": dashes + name, "command": c.name}
		if near := nearest(name, c.flagNames()); near != "" {
			args["near"] = "--" + near
			return misuse("usage_unknown_flag_near", args)
		}
		return misuse("usage_unknown_flag", args)
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return misuse("usage_flag_value", core.Args{"flag": "--" + e.GetSpecifiedName(), "usage": c.usage(), "command": c.name})
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		want := "text"
		switch e.GetFlag().Value.Type() {
		case "int":
			want = "int"
		case "uint64":
			want = "least"
		case "float64":
			want = "number"
		case "bool":
			want = "bool"
		}
		return badFlag(e.GetFlag().Name, e.GetValue(), want)
	}
	return misuse("usage_unknown_flag", core.Args{"flag": strings.TrimPrefix(err.Error(), "bad flag syntax: "), "command": c.name})
}

func (c *command) flagNames() []string {
	var names []string
	c.flags.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return names
}

// nearest returns the candidate that a typing slip turns into word: within two
// edits and fewer than half of the letters; "" when there is none.
func nearest(word string, candidates []string) string {
	best, name := 3, ""
	for _, c := range candidates {
		if d := distance(word, c); d < best && 2*d < len(c) {
			best, name = d, c
		}
	}
	return name
}

// distance is the Levenshtein distance in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// badChoice is a flag whose value is none of the allowed words.
func badChoice(flag, value string, allowed []string) error {
	return &core.Error{
		Code: "usage_bad_choice", Origin: core.OriginUser, Op: "command line",
		Where: core.Where{Param: "--" + flag},
		Args:  core.Args{"flag": "--" + flag, "value": value, "allowed": allowed},
	}
}

// badEnding is a --to whose ending says no known format.
func badEnding(path string, endings []string) error {
	return &core.Error{
		Code: "usage_bad_ending", Origin: core.OriginUser, Op: "command line",
		Where: core.Where{Param: "--to"},
		Args:  core.Args{"flag": "--to", "value": path, "allowed": endings},
	}
}
