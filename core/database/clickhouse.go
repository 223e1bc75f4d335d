package database

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// clickWire speaks ClickHouse's HTTP interface. Each statement stands alone there: there
// is no transaction, so statements may see different moments.
type clickWire struct {
	*web
	set url.Values // the settings of every statement
}

func openClickHouse(ctx context.Context, a *address) (*session, error) {
	dial := func(ctx context.Context) (wire, error) {
		w := clickWire{newWeb(a, "8123", "8443"), clickSettings(a)}
		if err := w.fit(ctx); err != nil {
			_ = w.close() // the first error counts
			return nil, err
		}
		return w, nil
	}
	return openWire(ctx, a, clickDialect{}, dial, webFailure, clickTables)
}

// clickSettings are settings that every server has. readonly=2 forbids writing and lets
// others be set.
func clickSettings(a *address) url.Values {
	v := url.Values{
		"readonly": {"2"}, "max_execution_time": {strconv.Itoa(int(a.timeout().Seconds()))},
		"default_format": {"TabSeparatedWithNamesAndTypes"},
	}
	if db := strings.Trim(a.url.Path, "/"); db != "" {
		v.Set("database", db)
	}
	return v
}

// fit adds the settings that this server knows; of one it does not know it says no word
// but that. A zone that it cannot use is not left out in silence.
func (s clickWire) fit(ctx context.Context) error {
	wanted := map[string]string{"join_use_nulls": "1", "cancel_http_readonly_queries_on_client_close": "1", "transform_null_in": "0"}
	names := slices.Sorted(maps.Keys(wanted))
	a, err := s.query(ctx, "SELECT name FROM system.settings WHERE name IN ('"+strings.Join(names, "', '")+"')")
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }() // it has been read
	for cells := make([][]byte, 1); len(a.columns()) == 1; {
		err := a.next(cells)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if v, ok := wanted[string(cells[0])]; ok {
			s.set.Set(string(cells[0]), v)
		}
	}
	if zone := s.a.url.Query().Get("timezone"); zone != "" {
		s.set.Set("session_timezone", zone)
	}
	return nil
}

func (s clickWire) close() error {
	s.idle()
	return nil
}

func (s clickWire) query(ctx context.Context, sql string) (answer, error) {
	u := s.base
	u.Path, u.RawQuery = "/", s.set.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), strings.NewReader(sql))
	if err != nil {
		return nil, err
	}
	if user := s.a.url.User.Username(); user != "" {
		r.Header.Set("X-ClickHouse-User", user) // not in the URL, which servers log
		r.Header.Set("X-ClickHouse-Key", s.a.password)
	}
	res, err := s.client.Do(r)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		defer res.Body.Close()
		return nil, &webError{clickWords(status(res))}
	}
	c := &clickAnswer{body: res.Body, r: bufio.NewReaderSize(res.Body, 1<<16)}
	if err := c.head(); err != nil {
		_ = c.close() // the first error counts
		return nil, err
	}
	return c, nil
}

// clickWords finds the failure in a sentence such as "Code: 60. DB::Exception: …
// (UNKNOWN_TABLE)".
func clickWords(f failure) failure {
	text, said := strings.CutPrefix(f.text, "Code: ")
	code := text[:len(text)-len(strings.TrimLeft(text, "0123456789"))] // older servers write a comma behind it
	switch code {
	case "60":
		f.code = "database_no_table"
	case "81":
		f.code = "database_missing"
	case "516", "192", "193", "194":
		f.code = "database_login"
	case "497", "164", "291":
		f.code = "database_forbidden"
	case "159", "160":
		f.code = "database_timeout"
	case "202":
		f.code = "database_busy"
	default:
		if (said || f.code != "database_unreachable") && f.code != "database_login" && f.code != "database_forbidden" {
			f.code = "database_query"
		}
	}
	return f
}

type clickAnswer struct {
	body io.ReadCloser
	r    *bufio.Reader
	cols []column
	line []byte
}

func (c *clickAnswer) columns() []column { return c.cols }

// head reads the two lines of names and types.
func (c *clickAnswer) head() error {
	var lines [2][]string
	for i := range lines {
		if err := c.read(); err != nil {
			if errors.Is(err, io.EOF) {
				err = &webError{failure{"database_lost", ""}}
			}
			return err
		}
		for f := range bytes.SplitSeq(c.line, []byte{'\t'}) {
			lines[i] = append(lines[i], string(unescape(f)))
		}
	}
	if len(lines[0]) != len(lines[1]) || len(lines[0]) > maxColumns {
		return &webError{clickWords(failure{"database_query", string(c.line)})}
	}
	for i, n := range lines[0] {
		c.cols = append(c.cols, column{n, lines[1][i]})
	}
	return nil
}

// read reads one line, which holds at most as much as a row may.
func (c *clickAnswer) read() error {
	c.line = c.line[:0]
	for {
		part, err := c.r.ReadSlice('\n')
		c.line = append(c.line, part...)
		switch {
		case err == nil:
			c.line = bytes.TrimSuffix(c.line, []byte{'\n'})
			return nil
		case errors.Is(err, bufio.ErrBufferFull) && len(c.line) < 4*maxCell:
		case errors.Is(err, bufio.ErrBufferFull):
			return dataError("database_cell_too_long", "", nil)
		case errors.Is(err, io.EOF) && len(c.line) == 0:
			return io.EOF
		case errors.Is(err, io.EOF):
			return c.failed()
		default:
			return err
		}
	}
}

// failed explains a last line that is none: what went wrong while rows were sent stands
// behind them.
func (c *clickAnswer) failed() error {
	f := failure{"database_lost", ""}
	if i := bytes.Index(c.line, []byte("Code: ")); i >= 0 {
		f = clickWords(failure{"database_query", string(c.line[i:])})
	}
	return &webError{f}
}

// next splits a line at its tabs.
func (c *clickAnswer) next(cells [][]byte) error {
	if err := c.read(); err != nil {
		return err
	}
	n := 0
	for f := range bytes.SplitSeq(c.line, []byte{'\t'}) {
		if n == len(cells) {
			return c.failed()
		}
		if string(f) == `\N` {
			cells[n] = nil
		} else {
			cells[n] = unescape(f) // in place
		}
		n++
	}
	if n != len(cells) {
		return c.failed()
	}
	return nil
}

// unescape reads what TabSeparated writes with a backslash, in place.
func unescape(b []byte) []byte {
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	out := b[:0]
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' || i+1 == len(b) {
			out = append(out, b[i])
			continue
		}
		i++
		if k := strings.IndexByte("bfnrt0", b[i]); k >= 0 {
			out = append(out, "\b\f\n\r\t\x00"[k])
			continue
		}
		out = append(out, b[i])
	}
	return out
}

// close ends the answer; the server stops when nobody listens any more.
func (c *clickAnswer) close() error { return c.body.Close() }

// clickTables lists tables as [informationSchema] takes them.
const clickTables = `SELECT t.name, if(t.engine LIKE '%View', 'VIEW', 'TABLE'), coalesce(t.total_rows, -1), c.name, c.type
FROM system.tables AS t INNER JOIN system.columns AS c ON c.database = t.database AND c.table = t.name
WHERE t.database = currentDatabase() ORDER BY t.name, c.position`

// clickDialect is ClickHouse's.
type clickDialect struct{ common }

func (clickDialect) quote(name string) string {
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(name) + "`"
}

func (clickDialect) literal(text string) string { return backslashed(text) }

func (clickDialect) kind(typ string) kind {
	for _, wrap := range []string{"LOWCARDINALITY(", "NULLABLE("} {
		if rest, ok := strings.CutPrefix(typ, wrap); ok {
			typ = strings.TrimSuffix(rest, ")")
		}
	}
	switch {
	case strings.HasPrefix(typ, "INT"), strings.HasPrefix(typ, "UINT"), strings.HasPrefix(typ, "DECIMAL"):
		return kindExact
	case strings.HasPrefix(typ, "FLOAT"):
		return kindFloat
	case strings.HasPrefix(typ, "DATETIME"):
		return kindTime
	case strings.HasPrefix(typ, "DATE"):
		return kindDate
	case strings.HasPrefix(typ, "STRING"), strings.HasPrefix(typ, "FIXEDSTRING"), strings.HasPrefix(typ, "ENUM"), strings.HasPrefix(typ, "UUID"), typ == "BOOL":
		return kindText
	}
	return kindOpaque
}

func (clickDialect) text(x string, _ kind) string { return "toString(" + x + ")" }

func (clickDialect) trim(x string) string { return "trimBoth(" + x + ")" }

func (clickDialect) unfloat(x string) string {
	return "replaceRegexpOne(" + x + `, '^([0-9]+)[.]0$', '\\1')`
}

func (clickDialect) iso(x string) string { return "match(" + x + ", " + literal(isoDay) + ")" }

func (clickDialect) day(x string, k kind, unix bool) string {
	switch {
	case unix:
		return "toString(toDate(fromUnixTimestamp(toInt64(" + unixSeconds(x) + "), 'UTC'), 'UTC'))"
	case k == kindText:
		return "substring(" + x + ", 1, 10)"
	}
	return "toString(toDate32(" + x + "))"
}

func (clickDialect) second(x string, k kind, unix bool) string {
	switch {
	case unix:
		return "toString(" + unixSeconds(x) + ")"
	case k == kindText:
		return "substring(concat(replaceAll(" + x + ", 'T', ' '), ' 00:00:00'), 1, 19)"
	}
	return "substring(toString(" + x + "), 1, 19)"
}

func (clickDialect) exact(x string, k kind, _ int) string {
	if k == kindFloat {
		return "toDecimal128OrNull(toString(" + x + "), 9)"
	}
	return x
}

func (clickDialect) badNumber(x string, k kind) string {
	if k == kindFloat {
		return "(NOT isFinite(" + x + "))"
	}
	return ""
}

func (clickDialect) starts(x, with string) string {
	return "startsWith(lowerUTF8(" + x + "), " + backslashed(strings.ToLower(with)) + ")"
}

func (clickDialect) lower(x string) string { return "lowerUTF8(" + x + ")" }

func (clickDialect) native(x string) string { return "toDate32(" + x + ")" }

func (clickDialect) plainDay(x, sample string) string {
	return "match(" + x + ", " + backslashed(dayPattern(sample)) + ")"
}

func (d clickDialect) positive(x string, k kind, _ int) (money, good string) {
	good = x + " > 0 AND " + x + " < 1000000000000000"
	if k == kindFloat {
		return d.exact(x, k, 0), good + " AND isNotNull(" + d.exact(x, k, 0) + ")"
	}
	return x, good
}
