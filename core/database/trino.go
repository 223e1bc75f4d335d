package database

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"qunxiang/core"
)

// trinoWire speaks Trino's client protocol (trino.io/docs, "Trino client REST API"): a
// statement is posted, and every answer names where the next part is.
type trinoWire struct{ *web }

func openTrino(ctx context.Context, a *address) (*session, error) {
	w := trinoWire{newWeb(a, "8080", "8443")}
	if a.password != "" && w.base.Scheme != "https" {
		return nil, userError("database_insecure", "from", core.Args{"host": a.url.Host})
	}
	return openWire(ctx, a, trinoDialect{}, func(context.Context) (wire, error) { return w, nil }, webFailure, trinoTables(a))
}

// maxPage bounds one part of an answer.
const maxPage = 256 << 20

// page is one part of an answer.
type page struct {
	NextURI string `json:"nextUri"`
	Columns []struct {
		Name string `json:"name"`
		Type string `json:"type"`
	} `json:"columns"`
	Data  [][]any `json:"data"`
	Error *struct {
		Message   string `json:"message"`
		ErrorName string `json:"errorName"`
	} `json:"error"`
}

func (s trinoWire) close() error {
	s.idle()
	return nil
}

func (s trinoWire) query(ctx context.Context, sql string) (answer, error) {
	u := s.base
	u.Path = "/v1/statement"
	c := &trinoAnswer{s: s, ctx: ctx}
	if err := c.turn(http.MethodPost, u.String(), sql); err != nil {
		return nil, err
	}
	for len(c.page.Columns) == 0 && c.page.NextURI != "" {
		if err := c.more(); err != nil {
			return nil, err
		}
	}
	for _, f := range c.page.Columns {
		c.cols = append(c.cols, column{f.Name, strings.ToUpper(f.Type)})
	}
	return c, nil
}

type trinoAnswer struct {
	s     trinoWire
	ctx   context.Context //nolint:containedctx // of the statement: every part of its answer is a request
	cols  []column
	page  page
	at    int
	cells []cell
	done  bool
}

func (c *trinoAnswer) columns() []column { return c.cols }

// more asks for the next part. A server that is not ready yet is asked again.
func (c *trinoAnswer) more() error {
	next, err := url.Parse(c.page.NextURI)
	if err != nil || next.Host != c.s.base.Host || next.Scheme != c.s.base.Scheme {
		c.done = true // the password goes to nobody else
		return &webError{failure{"database_lost", "nextUri"}}
	}
	before := c.page.Columns
	if err := c.turn(http.MethodGet, c.page.NextURI, ""); err != nil {
		return err
	}
	if len(c.page.Columns) == 0 {
		c.page.Columns = before
	}
	return nil
}

// turn makes one request and reads its part of the answer.
func (c *trinoAnswer) turn(method, to, body string) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		res, err := c.s.do(c.ctx, method, to, body)
		if err != nil {
			return err
		}
		if res.StatusCode == http.StatusOK {
			return c.take(res)
		}
		f := status(res)
		_ = res.Body.Close() // the answer is the status
		if f.code != "database_busy" || wait >= time.Second {
			return &webError{f}
		}
		if err := pause(c.ctx, wait); err != nil {
			return err
		}
	}
}

func (c *trinoAnswer) take(res *http.Response) error {
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxPage+1))
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	c.page, c.at = page{}, 0
	if err := d.Decode(&c.page); err != nil || len(b) > maxPage {
		return &webError{failure{"database_lost", "JSON"}}
	}
	if e := c.page.Error; e != nil {
		c.done = true
		return &webError{trinoWords(e.ErrorName, e.Message)}
	}
	return nil
}

func trinoWords(name, message string) failure {
	switch name {
	case "TABLE_NOT_FOUND":
		return failure{"database_no_table", message}
	case "SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND", "MISSING_CATALOG_NAME", "MISSING_SCHEMA_NAME":
		return failure{"database_missing", message}
	case "PERMISSION_DENIED":
		return failure{"database_forbidden", message}
	case "EXCEEDED_TIME_LIMIT", "EXCEEDED_CPU_LIMIT":
		return failure{"database_timeout", ""}
	case "QUERY_QUEUE_FULL", "CLUSTER_OUT_OF_MEMORY", "SERVER_STARTING_UP":
		return failure{"database_busy", message}
	}
	return failure{"database_query", message}
}

func (s trinoWire) do(ctx context.Context, method, to, body string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, to, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	user := s.a.url.User.Username()
	if user == "" {
		user = "qunxiang"
	}
	parts := strings.SplitN(strings.Trim(s.a.url.Path, "/"), "/", 2)
	h := r.Header
	h.Set("X-Trino-User", user)
	h.Set("X-Trino-Source", "qunxiang")
	h.Set("X-Trino-Session", "query_max_run_time="+strconv.Itoa(int(s.a.timeout().Seconds()))+"s")
	if zone := s.a.url.Query().Get("timezone"); zone != "" {
		h.Set("X-Trino-Time-Zone", zone)
	}
	if parts[0] != "" {
		h.Set("X-Trino-Catalog", parts[0])
	}
	if len(parts) > 1 {
		h.Set("X-Trino-Schema", parts[1])
	}
	if s.a.password != "" {
		r.SetBasicAuth(user, s.a.password)
	}
	return s.client.Do(r)
}

// next turns the page when it is read.
func (c *trinoAnswer) next(cells [][]byte) error {
	for c.at >= len(c.page.Data) {
		if c.page.NextURI == "" || c.done {
			c.done = true
			return io.EOF
		}
		if err := c.more(); err != nil {
			return err
		}
	}
	row := c.page.Data[c.at]
	c.at++
	if len(row) != len(cells) {
		return &webError{failure{"database_lost", "data"}}
	}
	if c.cells == nil {
		c.cells = make([]cell, len(cells))
	}
	for i, v := range row {
		switch v := v.(type) {
		case json.Number:
			c.cells[i].b = append(c.cells[i].b[:0], v...)
		case string:
			c.cells[i].b = append(c.cells[i].b[:0], v...)
		case bool:
			c.cells[i].b = strconv.AppendBool(c.cells[i].b[:0], v)
		default:
			cells[i] = nil
			continue
		}
		if cells[i] = c.cells[i].b; cells[i] == nil {
			cells[i] = []byte{}
		}
	}
	return nil
}

// close tells the server that nobody wants the rest.
func (c *trinoAnswer) close() error {
	if c.done || c.page.NextURI == "" {
		return nil
	}
	c.done = true
	next, err := url.Parse(c.page.NextURI)
	if err != nil || next.Host != c.s.base.Host {
		return nil // nowhere to tell it
	}
	ctx, stop := context.WithTimeout(context.Background(), stopTimeout) // the task's context may have ended
	defer stop()
	res, err := c.s.do(ctx, http.MethodDelete, c.page.NextURI, "")
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// trinoTables lists tables as [informationSchema] takes them.
func trinoTables(a *address) string {
	parts := strings.SplitN(strings.Trim(a.url.Path, "/"), "/", 2)
	where := "t.table_schema <> 'information_schema'"
	name := "t.table_schema || '.' || t.table_name"
	if len(parts) > 1 {
		where, name = "t.table_schema = "+literal(parts[1]), "t.table_name"
	}
	return "SELECT " + name + `, t.table_type, -1, c.column_name, c.data_type
FROM information_schema.tables t JOIN information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name
WHERE ` + where + " ORDER BY 1, c.ordinal_position"
}

// trinoDialect is Trino's.
type trinoDialect struct{ common }

func (trinoDialect) kind(typ string) kind {
	base, _, _ := strings.Cut(typ, "(")
	switch strings.TrimSpace(base) {
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DECIMAL":
		return kindExact
	case "REAL", "DOUBLE":
		return kindFloat
	case "DATE":
		return kindDate
	case "TIMESTAMP":
		return kindTime
	case "VARCHAR", "CHAR", "BOOLEAN", "UUID", "UNKNOWN":
		return kindText
	}
	return kindOpaque
}

// cell writes a moment without the name of its zone, as its clock shows it.
func (trinoDialect) cell(x string, k kind) string {
	if k == kindTime {
		return "CAST(CAST(" + x + " AS TIMESTAMP) AS VARCHAR)"
	}
	return x
}

func (trinoDialect) text(x string, k kind) string {
	if k == kindFloat {
		return "CAST(TRY_CAST(" + x + " AS DECIMAL(38, 0)) AS VARCHAR)" // keys are whole
	}
	return "CAST(" + x + " AS VARCHAR)"
}

func (trinoDialect) trim(x string) string { return "trim(" + x + ")" }

func (trinoDialect) unfloat(x string) string {
	return "regexp_replace(" + x + ", '^([0-9]+)[.]0$', '$1')"
}

func (trinoDialect) iso(x string) string { return "regexp_like(" + x + ", " + literal(isoDay) + ")" }

func (trinoDialect) day(x string, k kind, unix bool) string {
	switch {
	case unix:
		return "CAST(CAST(from_unixtime(" + unixSeconds(x) + ", 'UTC') AS DATE) AS VARCHAR)"
	case k == kindText:
		return "substr(" + x + ", 1, 10)"
	}
	return "CAST(CAST(" + x + " AS DATE) AS VARCHAR)"
}

func (trinoDialect) second(x string, k kind, unix bool) string {
	switch {
	case unix:
		return "CAST(" + unixSeconds(x) + " AS VARCHAR)"
	case k == kindText:
		return "substr(concat(replace(" + x + ", 'T', ' '), ' 00:00:00'), 1, 19)"
	}
	return "substr(CAST(" + x + " AS VARCHAR), 1, 19)"
}

func (trinoDialect) exact(x string, k kind, _ int) string {
	if k == kindFloat {
		return "TRY_CAST(" + x + " AS DECIMAL(38, 9))"
	}
	return x
}

func (trinoDialect) badNumber(x string, k kind) string {
	if k == kindFloat {
		return "(NOT is_finite(" + x + "))"
	}
	return ""
}

func (trinoDialect) starts(x, with string) string {
	return "starts_with(lower(" + x + "), " + literal(strings.ToLower(with)) + ")"
}

func (trinoDialect) native(x string) string { return "CAST(" + x + " AS DATE)" }

func (trinoDialect) plainDay(x, sample string) string {
	return "regexp_like(" + x + ", " + literal(dayPattern(sample)) + ")"
}

func (d trinoDialect) positive(x string, k kind, _ int) (money, good string) {
	good = x + " > 0 AND " + x + " < 1000000000000000"
	if k == kindFloat {
		return d.exact(x, k, 0), good + " AND " + d.exact(x, k, 0) + " IS NOT NULL"
	}
	return x, good
}
