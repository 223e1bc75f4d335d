package workspace

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// ReadLike completes the options of a file by those of a file that is made alike. What o
// says holds; then comes the template that was chosen; where none was, the project's own
// template whose headers fit best, then its newest source of the same layout. Without any
// of them the options stay as they are, and known exports and detection decide.
//
// The options say in Like what they were taken from, for the report. A chosen template whose
// columns the file lacks is an error of code template_columns.
func (p *Project) ReadLike(ctx context.Context, file string, o core.ImportOptions, chosen *core.Template) (core.ImportOptions, error) {
	if chosen != nil {
		return p.readByTemplate(ctx, file, o, *chosen)
	}
	known, err := p.likely(ctx)
	if err != nil || len(known) == 0 {
		return o, err
	}
	seen, err := p.headersOf(ctx, file, o)
	if err != nil {
		return o, nil //nolint:nilerr // whatever is wrong with the file, its import says
	}
	best := bestLike(known, seen, o)
	if best == nil { // perhaps its layout is not found by itself
		tried := map[string]bool{layoutKey(o): true, layoutKey(withLayout(o, seen)): true}
		for i := range known {
			how := known[i].layout(o, seen)
			key := layoutKey(how)
			if tried[key] || len(tried) > maxLayouts {
				continue
			}
			tried[key] = true
			again, err := p.headersOf(ctx, file, how)
			if err != nil {
				continue
			}
			if best = bestLike(known[i:i+1], again, o); best != nil {
				seen = again
				break
			}
		}
	}
	if best == nil {
		return o, ctx.Err()
	}
	return best.apply(o, seen), nil
}

// maxLayouts bounds the layouts that are tried on a file.
const maxLayouts = 8

// layoutKey is how the cells of a file are found.
func layoutKey(o core.ImportOptions) string {
	return fmt.Sprintf("%s\x00%d\x00%s\x00%s", o.Sheet, o.HeaderRow, o.Encoding, o.Delimiter)
}

// withLayout is o with the layout that was found.
func withLayout(o core.ImportOptions, seen *seenFile) core.ImportOptions {
	o.HeaderRow = cmp.Or(o.HeaderRow, seen.det.HeaderRow, -1)
	if len(seen.sheets) == 0 {
		o.Delimiter = cmp.Or(o.Delimiter, seen.det.Delimiter)
	}
	return o
}

// readByTemplate reads a file by a template that the user chose.
func (p *Project) readByTemplate(ctx context.Context, file string, o core.ImportOptions, t core.Template) (core.ImportOptions, error) {
	l := like{Template: t, use: core.TemplateUse{Kind: core.UsedTemplate, Name: t.Name}}
	seen, err := p.headersOf(ctx, file, o)
	if err != nil {
		return o, err
	}
	l.match(seen.headers)
	if len(l.missing(o)) > 0 || len(l.at) == 0 {
		if again, err := p.headersOf(ctx, file, l.layout(o, seen)); err == nil {
			other := like{Template: t, use: l.use}
			if other.match(again.headers); len(other.at) > len(l.at) {
				l, seen = other, again
			}
		}
	}
	if gone := l.missing(o); len(gone) > 0 {
		var needed []string
		for _, role := range gone {
			if slices.Contains(neededRoles(), role) {
				needed = append(needed, t.Columns[role])
			}
		}
		if len(needed) > 0 || len(l.at) == 0 {
			return o, &core.Error{
				Code: "template_columns", Origin: core.OriginData, Op: "import", Where: core.Where{File: fileName(file), Column: cmp.Or(first(needed), t.Columns[gone[0]])},
				Args: core.Args{"name": t.Name, "missing": cmpSlices(needed, l.columnsOf(gone)), "columns": seen.headers, "role": string(gone[0])},
			}
		}
		l.note("import.hint.template_gone", core.Args{"columns": l.columnsOf(gone), "name": t.Name})
	}
	return l.apply(o, seen), nil
}

// neededRoles are the roles without which a table is read in quite another way.
func neededRoles() []core.Role {
	return []core.Role{core.RoleCustomer, core.RoleDate, core.RoleAmount, core.RoleText, core.RoleEvent}
}

// seenFile is what a file shows before anything is decided.
type seenFile struct {
	headers []string
	det     core.Detected
	read    core.ImportOptions // how it was looked at
	sheets  []string
}

// headersOf looks at a file; where no import could read it, as a table of anything.
func (p *Project) headersOf(ctx context.Context, file string, o core.ImportOptions) (*seenFile, error) {
	v, err := p.w.Look(ctx, file, o, 0)
	if err == nil {
		return &seenFile{v.Header, v.Detected, o, v.Sheets}, nil
	}
	if code := core.CodeOf(err); ctx.Err() != nil || code == "file_missing" {
		return nil, err
	}
	o.Reader = p.w.cfg.Reader
	plain, perr := ingest.OpenPlain(ctx, file, o)
	if perr != nil {
		return nil, err
	}
	defer plain.Close()
	s := &seenFile{headers: plain.Header, read: o, sheets: plain.Sheets}
	s.det.Encoding, s.det.Delimiter, s.det.Sheet = plain.Encoding, plain.Delimiter, plain.Sheet
	if n := len(plain.HeaderRows); n > 0 {
		s.det.HeaderRow = plain.HeaderRows[n-1]
	}
	return s, nil
}

// likely lists what a file could be like: templates by name, then sources, the newest first.
func (p *Project) likely(ctx context.Context) ([]like, error) {
	templates, err := p.Templates(ctx)
	if err != nil {
		return nil, err
	}
	var out []like
	for _, t := range templates {
		out = append(out, like{Template: t, use: core.TemplateUse{Kind: core.UsedTemplate, Name: t.Name}})
	}
	sources, err := p.file.Sources()
	if err != nil {
		return nil, err
	}
	for i := range slices.Backward(sources) {
		s := &sources[i]
		if s.Database != nil {
			continue
		}
		out = append(out, like{Template: templateOf(s), use: core.TemplateUse{Kind: core.UsedSource, Name: s.Name, Day: core.DateOf(s.Imported)}})
	}
	return out, nil
}

// bestLike is the first of those that fit best, exactly or nearly; a source only where no
// template fits.
func bestLike(known []like, seen *seenFile, o core.ImportOptions) *like {
	var best *like
	for i := range known {
		l := &known[i]
		if best != nil && best.use.Kind != l.use.Kind {
			break
		}
		if o.Kind != "" && o.Kind != l.Kind || l.HeaderRow == 0 || o.HeaderRow < 0 {
			continue
		}
		if l.match(seen.headers); !l.fits(o) {
			continue
		}
		if best == nil || l.rank() > best.rank() {
			best = l
		}
	}
	return best
}

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}

func cmpSlices(a, b []string) []string {
	if len(a) > 0 {
		return a
	}
	return b
}

// fileName is the last part of a path of either system.
func fileName(path string) string { return path[strings.LastIndexAny(path, `/\`)+1:] }

// like is what a file may be read like.
type like struct {
	core.Template
	use core.TemplateUse
	at  map[string]string // header of the template → of the file
}

// match finds the template's headers in a file: the same, or the same but for case,
// blanks, hyphens and full width where only one is.
func (l *like) match(headers []string) {
	l.at = map[string]string{}
	l.use.Exact, l.use.Renamed, l.use.Added, l.use.Gone = slices.Equal(l.Headers, headers), []string{}, []string{}, []string{}
	taken := map[string]bool{}
	for _, h := range l.Headers {
		if slices.Contains(headers, h) {
			l.at[h] = h
			taken[h] = true
		}
	}
	folded := func(names []string, free func(string) bool) map[string][]string {
		out := map[string][]string{}
		for _, n := range names {
			if f := foldHeader(n); f != "" && free(n) {
				out[f] = append(out[f], n)
			}
		}
		return out
	}
	theirs := folded(headers, func(n string) bool { return !taken[n] })
	ours := folded(l.Headers, func(n string) bool { return l.at[n] == "" })
	for _, f := range slices.Sorted(maps.Keys(ours)) {
		if len(ours[f]) == 1 && len(theirs[f]) == 1 {
			l.at[ours[f][0]] = theirs[f][0]
			taken[theirs[f][0]] = true
		}
	}
	for _, h := range l.Headers {
		switch to := l.at[h]; {
		case to == "" && h != "":
			l.use.Gone = append(l.use.Gone, h)
		case to != h:
			l.use.Renamed = append(l.use.Renamed, to)
		}
	}
	for _, h := range headers {
		if !taken[h] {
			l.use.Added = append(l.use.Added, h)
		}
	}
}

// foldHeader writes a header so that spellings of it are equal.
func foldHeader(h string) string { return strings.ToLower(tight(h)) }

// fits reports a file that is of the same export: every column that means something is
// there, so are four fifths of all, and they are half of the file at least.
func (l *like) fits(o core.ImportOptions) bool {
	n := len(l.at)
	return len(l.Columns) > 0 && len(l.missing(o)) == 0 && 5*n >= 4*len(l.Headers) && 2*n >= n+len(l.use.Added)
}

// rank orders what fits: exactly before nearly, then by how little differs. Among equals
// templates come before sources, which are behind them in the list.
func (l *like) rank() int {
	if l.use.Exact {
		return 1
	}
	return -len(l.use.Gone) - len(l.use.Added) - len(l.use.Renamed)
}

// missing lists the roles whose columns the file lacks and the user did not give, sorted.
func (l *like) missing(o core.ImportOptions) []core.Role {
	var out []core.Role
	for _, role := range slices.Sorted(maps.Keys(l.Columns)) {
		if _, given := o.Map[role]; !given && l.at[l.Columns[role]] == "" {
			out = append(out, role)
		}
	}
	return out
}

func (l *like) columnsOf(roles []core.Role) []string {
	out := []string{}
	for _, r := range roles {
		out = append(out, l.Columns[r])
	}
	return out
}

func (l *like) note(key string, a core.Args) {
	l.use.Notes = append(l.use.Notes, core.Message{Key: key, Args: a})
}
