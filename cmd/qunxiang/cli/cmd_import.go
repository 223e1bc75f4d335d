package cli

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/pflag"

	"qunxiang/cmd/qunxiang/view"
	"qunxiang/core"
	"qunxiang/core/ingest"
	"qunxiang/i18n"
)

// importFlags are the flags of "import" as they were typed.
type importFlags struct {
	as, sheet, encoding, delimiter, grain, dates, refunds, orders string
	maps, kinds                                                   []string // kinds are those that a file may be of
	header                                                        int
}

func newImport() *command {
	c := newCommand("import", "P.qx", "[FILE]")
	var f importFlags
	var from fromFlags
	var one fileImport
	f.register(c.flags, fileKinds()...)
	from.register(c.flags)
	c.flags.BoolVar(&one.dry, "dry-run", false, "")
	one.left.register(c.flags)
	c.flags.StringVar(&one.template, "template", "", "NAME|FILE.json")
	c.flags.StringVar(&f.orders, "changed-orders", "", "replace|add|keep")
	c.run = func(ctx context.Context, s *session, operands []string) error {
		o, err := f.options(c.flags.Changed("header-row"))
		if err != nil {
			return err
		}
		if err := one.left.check(from.from); err != nil {
			return err
		}
		switch only := from.given(c.flags); {
		case from.from != "" && len(operands) > 1:
			return misuse("usage_either", core.Args{"a": "FILE", "b": "--from"})
		case from.from != "" && one.template != "":
			return misuse("usage_either", core.Args{"a": "--from", "b": "--template"})
		case from.from != "":
			return s.importFrom(ctx, operands[0], &from, o, one.dry)
		case only != "":
			return misuse("usage_only_from", core.Args{"flag": "--" + only})
		case len(operands) < 2:
			return misuse("usage_missing_operand", core.Args{"operand": "FILE", "usage": c.usage(), "command": c.name})
		}
		return one.run(ctx, s, operands[0], operands[1], o)
	}
	return c
}

// fileImport is the import of a file, apart from how the file is read: a database has none
// of this but the trial.
type fileImport struct {
	template string
	dry      bool
	left     leftOut
}

// run imports the file. What was left out is written last, so that it is of an import that
// is saved.
func (i *fileImport) run(ctx context.Context, s *session, project, file string, o core.ImportOptions) error {
	p, err := s.project(ctx, project)
	if err != nil {
		return err
	}
	if o.Sheet == ingest.AllSheets {
		return i.runAll(ctx, s, p, file, o)
	}
	if o, err = readLike(ctx, p, file, o, i.template); err != nil {
		return err
	}
	call := p.Import
	if i.dry {
		call = p.DryImport
	}
	r, err := call(ctx, file, o, s.progress())
	if err != nil {
		return err
	}
	if !i.dry {
		if err := p.Save(ctx); err != nil {
			return err
		}
	}
	if err := i.left.write(ctx, s, file, o); err != nil {
		return err
	}
	currency := p.Head().Currency
	return s.answer(i.left.view(view.Import(r, s.loc)), func(w *printer) {
		printImport(w, r, currency, i.dry)
		i.left.print(w)
	})
}

// fileKinds are the kinds of files that a project takes.
func fileKinds() []string {
	return []string{"transactions", "customers", "survey", "comments", "events"}
}

// register adds the flags that say how a file is read.
func (f *importFlags) register(flags *pflag.FlagSet, kinds ...string) {
	f.kinds = kinds
	flags.StringVar(&f.as, "as", "", strings.Join(kinds, "|"))
	flags.StringArrayVar(&f.maps, "map", nil, "role=column")
	flags.StringVar(&f.sheet, "sheet", "", "S")
	flags.IntVar(&f.header, "header-row", 0, "N")
	flags.StringVar(&f.encoding, "encoding", "", "E")
	flags.StringVar(&f.delimiter, "delimiter", "", "C")
	flags.StringVar(&f.grain, "one-row-is", "", "line|order")
	flags.StringVar(&f.dates, "date-order", "", "ymd|dmy|mdy")
	flags.StringVar(&f.refunds, "refunds", "", "net|drop|keep")
}

// options checks the flags and makes the options of them.
func (f *importFlags) options(headerGiven bool) (core.ImportOptions, error) {
	o := core.ImportOptions{
		Kind: core.SourceKind(f.as), Sheet: f.sheet, HeaderRow: f.header, Encoding: f.encoding,
		Grain: core.Grain(f.grain), DateOrder: core.DateOrder(f.dates), Refunds: core.RefundPolicy(f.refunds),
		Orders: core.OrderPolicy(f.orders),
	}
	for _, choice := range []struct {
		flag, value string
		allowed     []string
	}{
		{"as", f.as, f.kinds},
		{"one-row-is", f.grain, []string{"line", "order"}},
		{"date-order", f.dates, []string{"ymd", "dmy", "mdy"}},
		{"refunds", f.refunds, []string{"net", "drop", "keep"}},
		{"changed-orders", f.orders, []string{"replace", "add", "keep"}},
	} {
		if choice.value != "" && !slices.Contains(choice.allowed, choice.value) {
			return o, badChoice(choice.flag, choice.value, choice.allowed)
		}
	}
	if headerGiven && f.header < 1 {
		if f.header != 0 {
			return o, badFlag("header-row", strconv.Itoa(f.header), "header")
		}
		o.HeaderRow = -1 // row 0: there is no header
	}
	var err error
	if o.Delimiter, err = delimiter(f.delimiter); err != nil {
		return o, err
	}
	if o.Map, err = mapping(f.maps); err != nil {
		return o, err
	}
	for _, role := range slices.Sorted(maps.Keys(o.Map)) {
		if f.as != "customers" && !ofRecords(o.Kind) && !slices.Contains(roles(), role) {
			return o, misuse("usage_unknown_role", core.Args{"role": string(role), "roles": roleWords()})
		}
	}
	return o, nil
}

// ofRecords reports whether rows of the kind keep columns by any name.
func ofRecords(k core.SourceKind) bool {
	return k == core.SourceSurvey || k == core.SourceComments || k == core.SourceEvents
}

// roles are the roles that a column can have, in the order in which they are shown.
func roles() []core.Role {
	return []core.Role{
		core.RoleCustomer, core.RoleDate, core.RoleAmount, core.RoleOrder, core.RoleQuantity,
		core.RolePrice, core.RoleProduct, core.RoleCategory, core.RoleChannel, core.RoleStatus, core.RoleRefund, core.RoleRefundStatus,
		core.RoleText, core.RoleRating, core.RoleEvent, core.RoleWeight,
	}
}

func roleWords() []string {
	words := make([]string, 0, len(roles()))
	for _, r := range roles() {
		words = append(words, string(r))
	}
	return words
}

// delimiter reads one character, or its name.
func delimiter(s string) (string, error) {
	switch strings.ToLower(s) {
	case "":
		return "", nil
	case "tab", `\t`:
		return "\t", nil
	case "comma":
		return ",", nil
	case "semicolon":
		return ";", nil
	case "pipe":
		return "|", nil
	case "space":
		return " ", nil
	}
	if utf8.RuneCountInString(s) != 1 {
		return "", badFlag("delimiter", s, "delimiter")
	}
	return s, nil
}

// mapping reads role=column words. One word may hold several, parted by commas,
// where every part names a role; column names may themselves hold commas.
func mapping(words []string) (map[core.Role]string, error) {
	if len(words) == 0 {
		return nil, nil
	}
	out := map[core.Role]string{}
	for _, w := range words {
		for _, pair := range splitPairs(w) {
			role, column, ok := strings.Cut(pair, "=")
			if !ok || role == "" || column == "" {
				return nil, badFlag("map", pair, "map")
			}
			if old, twice := out[core.Role(role)]; twice && old != column {
				return nil, misuse("usage_map_twice", core.Args{"role": role})
			}
			out[core.Role(role)] = column
		}
	}
	return out, nil
}

func splitPairs(word string) []string {
	var out []string
	for part := range strings.SplitSeq(word, ",") {
		role, _, ok := strings.Cut(part, "=")
		if starts := ok && slices.Contains(roles(), core.Role(role)); len(out) > 0 && !starts {
			out[len(out)-1] += "," + part // the comma belongs to the column's name
			continue
		}
		out = append(out, part)
	}
	return out
}

// printImport says what was read, how, and where every row went.
func printImport(w *printer, r core.ImportReport, currency string, dry bool) {
	l := w.loc
	key := "cli.import.done"
	if dry {
		key = "cli.import.dry"
	}
	w.say(key, "used", r.Rows.Used, "in", r.Rows.In)
	for _, e := range r.Rows.Excluded {
		text := l.T("cli.import.excluded", "count", e.Count, "reason", l.T("reason."+e.Reason))
		if len(e.Examples) > 0 {
			rows := make([]string, len(e.Examples))
			for i, n := range e.Examples {
				rows[i] = l.Int(n)
			}
			text += l.T("cli.import.examples", "rows", rows)
		}
		w.line("  " + text)
	}
	if r.Duplicates > 0 {
		w.line("  " + l.T("cli.import.duplicates", "count", r.Duplicates))
	}
	printBrought(w, r, currency)
	printLike(w, r.Like)
	printDetected(w, r.Detected)
	for _, h := range r.Hints {
		w.line(l.T("cli.hint", "text", l.Message(h)))
	}
}

// printBrought says what the rows are, and how they stand to what the project has.
func printBrought(w *printer, r core.ImportReport, currency string) {
	l := w.loc
	switch {
	case r.Detected.Kind == core.SourceTransactions && r.Lines == 0:
		if r.Diff == nil || r.Diff.Changed == 0 {
			w.say("cli.import.nothing")
		}
	case r.Detected.Kind == core.SourceTransactions:
		w.say("cli.import.transactions", "customers", r.Customers, "orders", r.Orders, "lines", r.Lines,
			"amount", l.Money(r.Amount, currency), "from", r.FirstDate, "to", r.LastDate)
	case ofRecords(r.Detected.Kind) && r.FirstDate != core.NoDate:
		w.say("cli.import.records.dated", "count", r.Records, "kind", l.T("cli.kind."+string(r.Detected.Kind)), "customers", r.Customers, "from", r.FirstDate, "to", r.LastDate)
	case ofRecords(r.Detected.Kind):
		w.say("cli.import.records", "count", r.Records, "kind", l.T("cli.kind."+string(r.Detected.Kind)), "customers", r.Customers)
	default:
		w.say("cli.import.customers", "customers", r.Customers)
	}
	if d := r.Diff; d != nil && (r.Duplicates > 0 || d.Changed > 0 || d.Vanished > 0) {
		w.say("cli.import.diff", "new", d.New, "unchanged", d.Unchanged, "changed", d.Changed, "vanished", d.Vanished)
	}
	if u := r.Unmatched; u != nil && u.SourceOnly+u.ProjectOnly > 0 {
		w.say("cli.import.unmatched", "count", u.SourceOnly, "project", u.ProjectOnly)
	}
}

func printDetected(w *printer, d core.Detected) {
	l := w.loc
	g := &grid{}
	pair := func(key, value string) {
		if value != "" {
			g.add(l.T("cli.detected."+key), oneLine(value))
		}
	}
	pair("kind", l.T("cli.kind."+string(d.Kind)))
	pair("encoding", d.Encoding)
	pair("delimiter", delimiterName(l, d.Delimiter))
	pair("sheet", d.Sheet)
	if d.HeaderRow > 0 {
		pair("headerRow", l.Int(d.HeaderRow))
	}
	if ofRecords(d.Kind) {
		pair("dateOrder", string(d.DateOrder))
	}
	if d.Kind == core.SourceTransactions {
		pair("dateOrder", string(d.DateOrder))
		pair("grain", l.T("cli.grain."+string(d.Grain)))
		pair("refunds", l.T("cli.refunds."+string(d.Refunds)))
	}
	for _, role := range slices.Sorted(maps.Keys(d.Mapping)) {
		if !slices.Contains(roles(), role) { // a named attribute
			g.add(oneLine(string(role)), oneLine(d.Mapping[role]))
		}
	}
	for _, role := range roles() {
		if column, ok := d.Mapping[role]; ok {
			g.add(l.T("cli.role."+string(role)), oneLine(column))
		}
	}
	w.say("cli.detected")
	w.grid(g, "  ")
}

// delimiterName is how people call a delimiter that cannot be seen.
func delimiterName(l i18n.Locale, s string) string {
	switch s {
	case "\t":
		return l.T("cli.detected.tab")
	case " ":
		return l.T("cli.detected.blank")
	}
	return s
}
