package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/workspace"
)

// fromFlags are the flags that say which database is read, and how it lets one in.
type fromFlags struct {
	from, table, query, queryFile, asOf string
	aggregate                           bool
	login                               loginFlags
}

// register adds the flags of an import from a database.
func (f *fromFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.from, "from", "", "URL")
	flags.StringVar(&f.table, "table", "", "T")
	flags.StringVar(&f.query, "query", "", "SQL")
	flags.StringVar(&f.queryFile, "query-file", "", "F.sql")
	flags.BoolVar(&f.aggregate, "aggregate", false, "")
	flags.StringVar(&f.asOf, "as-of", "", "DATE")
	f.login.register(flags)
}

// given says which flag was given that only means something with --from, "" for none.
func (f *fromFlags) given(flags *pflag.FlagSet) string {
	for _, name := range []string{"table", "query", "query-file", "aggregate", "as-of", "password-env", "password-file"} {
		if flags.Changed(name) {
			return name
		}
	}
	return ""
}

// maxQueryFile bounds a file of SQL.
const maxQueryFile = 1 << 20

// request checks the flags and makes an import of them.
func (f *fromFlags) request(o core.ImportOptions, dry bool) (workspace.DatabaseImport, error) {
	r := workspace.DatabaseImport{Options: o, Dry: dry, AsOf: core.NoDate}
	r.URL, r.Table, r.Query, r.Aggregate = f.from, f.table, f.query, f.aggregate
	if f.queryFile != "" {
		b, err := readSmall(f.queryFile, maxQueryFile)
		if err != nil {
			return r, badFlag("query-file", f.queryFile, "readable_file")
		}
		if f.query != "" {
			return r, misuse("usage_either", core.Args{"a": "--query", "b": "--query-file"})
		}
		r.Query = strings.TrimPrefix(string(b), "\ufeff")
	}
	switch {
	case r.Table != "" && r.Query != "":
		return r, misuse("usage_either", core.Args{"a": "--table", "b": "--query"})
	case r.Table == "" && strings.TrimSpace(r.Query) == "":
		return r, misuse("usage_table_or_query", nil)
	}
	if f.asOf != "" {
		d, err := core.ParseDate(f.asOf)
		if err != nil {
			return r, badFlag("as-of", f.asOf, "date")
		}
		r.AsOf = d
	}
	if dry {
		r.Rows = 10
	}
	return r, nil
}

func readSmall(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = errors.New("file too large")
	}
	return b, err
}

// loginFlags say where a password is.
type loginFlags struct{ env, file string }

func (f *loginFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.env, "password-env", "", "VAR")
	flags.StringVar(&f.file, "password-file", "", "F")
}

// password reads the password that the flags name, "" for none.
func (f *loginFlags) password(getenv func(string) string) (string, error) {
	switch {
	case f.env != "" && f.file != "":
		return "", misuse("usage_either", core.Args{"a": "--password-env", "b": "--password-file"})
	case f.env != "":
		p := getenv(f.env)
		if p == "" {
			return "", badFlag("password-env", f.env, "variable")
		}
		return p, nil
	case f.file != "":
		b, err := readSmall(f.file, 4096)
		if err != nil {
			return "", badFlag("password-file", f.file, "readable_file")
		}
		return string(bytes.TrimRight(b, "\r\n")), nil
	}
	return "", nil
}

// withLogin calls a database with the password that is known, and once more with one
// that is asked for where the server wants one and somebody is there to type it.
func (s *session) withLogin(url string, f *loginFlags, call func(password string) error) error {
	if _, found := s.workspace().CleanAddress(url); found {
		s.note(core.Message{Key: "cli.note.password_in_url"})
	}
	password, err := f.password(s.call.Getenv)
	if err != nil {
		return err
	}
	err = call(password)
	if core.CodeOf(err) != "database_login" || password != "" || s.json || !term.IsTerminal(int(os.Stdin.Fd())) {
		return err
	}
	s.note(core.Message{Key: "cli.note.password_ask"})
	typed, readErr := term.ReadPassword(int(os.Stdin.Fd()))
	if readErr != nil || len(typed) == 0 {
		return err
	}
	return call(string(typed))
}

// importFrom reads a database into the project.
func (s *session) importFrom(ctx context.Context, path string, f *fromFlags, o core.ImportOptions, dry bool) error {
	r, err := f.request(o, dry)
	if err != nil {
		return err
	}
	p, err := s.project(ctx, path)
	if err != nil {
		return err
	}
	var report workspace.DatabaseReport
	err = s.withLogin(f.from, &f.login, func(password string) error {
		r.Password = password
		var err error
		report, err = p.ImportDatabase(ctx, r, s.progress())
		return err
	})
	if err != nil {
		return err
	}
	if !dry {
		if err := p.Save(ctx); err != nil {
			return err
		}
	}
	currency := p.Head().Currency
	return s.answer(view.ImportDatabase(report, s.loc), func(w *printer) {
		if report.First != nil {
			w.grid(firstRows(report.First.Header, report.First.Rows), "  ")
			w.blank()
		}
		if dry {
			w.say("cli.import.sql")
			for line := range strings.Lines(report.Statement) {
				w.line("  " + strings.TrimRight(line, "\n"))
			}
			w.blank()
		}
		printImport(w, report.ImportReport, currency, dry)
		if report.AsOf != core.NoDate {
			w.say("cli.import.as_of", "date", report.AsOf)
		}
	})
}

// firstRows are rows of a table under its header.
func firstRows(header []string, rows [][]string) *grid {
	g := &grid{}
	add := func(cells []string) {
		short := make([]string, len(cells))
		for i, c := range cells {
			if r := []rune(oneLine(c)); len(r) > 30 {
				c = string(r[:29]) + "…"
			}
			short[i] = oneLine(c)
		}
		g.add(short...)
	}
	add(header)
	for _, r := range rows {
		add(r)
	}
	return g
}
