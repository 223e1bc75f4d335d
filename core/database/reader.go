package database

import (
	"context"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// Reader reads databases. It keeps nothing between calls; its methods may be called from
// several goroutines. The zero value is ready.
type Reader struct {
	// Here is how many rows may leave the database one by one in [Reader.Aggregate], for
	// customers that its plain statement cannot add up; 0 = as suits the database, which
	// for a file means that all may, negative = only the general statement runs, which
	// tests compare with.
	Here int
}

// Tables lists the tables and views of a database, sorted by name.
//
// Errors are *core.Error: of origin user where the address, the login or the choice is
// wrong, data where a SQLite file is damaged, app where the server cannot be reached.
func (Reader) Tables(ctx context.Context, url, password string) ([]core.DatabaseTable, error) {
	s, err := open(ctx, url, password)
	if err != nil {
		return nil, err
	}
	defer s.close()
	return s.tables(ctx)
}

// Look says how a table would be imported and shows its first rows.
func (Reader) Look(ctx context.Context, db core.Database, password string, o core.ImportOptions, rows int) (*ingest.Preview, error) {
	r, err := opened(ctx, db, password)
	if err != nil {
		return nil, err
	}
	defer r.s.close()
	return ingest.LookRows(ctx, r.source(headRows), o, rows)
}

// Read reads all rows as [ingest.Read] reads those of a file, and returns the SQL that
// ran.
func (Reader) Read(ctx context.Context, db core.Database, password string, o core.ImportOptions, p core.Progress) (*ingest.Result, string, error) {
	r, err := opened(ctx, db, password)
	if err != nil {
		return nil, "", err
	}
	defer r.s.close()
	src := r.source(0)
	src.Expect = r.estimate(ctx)
	p, stop := patient(p)
	defer stop()
	res, err := ingest.ReadRows(ctx, src, o, p)
	return res, r.statement(0), err
}

// headRows is how many rows are asked for where a sample is enough.
const headRows = 1000

// relation is a table or the user's query in an open session.
type relation struct {
	s    *session
	db   core.Database
	from string // in a FROM clause
	cols []column
}

// opened connects and finds the columns.
func opened(ctx context.Context, db core.Database, password string) (*relation, error) {
	if (db.Table == "") == (db.Query == "") {
		return nil, userError("database_which", "table", nil)
	}
	query := ""
	if db.Query != "" {
		var err error
		if query, err = checkStatement(db.Query); err != nil {
			return nil, err
		}
	}
	s, err := open(ctx, db.URL, password)
	if err != nil {
		return nil, err
	}
	r := &relation{s: s, db: db}
	if query != "" {
		r.from = "(\n" + query + "\n) AS q"
	} else {
		r.from = quoteTable(s.dialect(), db.Table) + " AS q"
	}
	if r.cols, err = r.describe(ctx); err != nil {
		err = noTable(ctx, s, db.Table, err)
		s.close()
		return nil, err
	}
	return r, nil
}

// describe asks for the columns and no row.
func (r *relation) describe(ctx context.Context) ([]column, error) {
	c, err := r.s.query(ctx, "SELECT * FROM "+r.from+" WHERE 1 = 0")
	if err != nil {
		return nil, err
	}
	defer c.end()
	cols := c.columns()
	if err := c.Next(ctx, make([][]byte, len(cols))); err != nil && !isEOF(err) {
		return nil, err
	}
	if len(cols) == 0 || len(cols) > maxColumns {
		return nil, userError("too_many_columns", "table", core.Args{"limit": maxColumns})
	}
	seen := map[string]bool{}
	for _, col := range cols {
		if seen[strings.ToLower(col.name)] || col.name == "" {
			return nil, userError("database_column_twice", "query", core.Args{"column": col.name})
		}
		seen[strings.ToLower(col.name)] = true
	}
	return cols, nil
}

// statement selects all columns, or the first rows of them.
func (r *relation) statement(limit int) string {
	d := r.s.dialect()
	parts := make([]string, len(r.cols))
	for i, c := range r.cols {
		q := d.quote(c.name)
		if parts[i] = d.cell(q, d.kind(c.typ)); parts[i] != q {
			parts[i] += " AS " + q
		}
	}
	sql := "SELECT " + strings.Join(parts, ", ") + "\nFROM " + r.from
	if limit > 0 {
		sql += "\nLIMIT " + itoa(limit)
	}
	return sql
}

// source are the rows for an import; limit 0 = all.
func (r *relation) source(limit int) ingest.RowSource { return r.rows(r.statement(limit)) }

// rows are the rows of a statement that has the columns of the relation.
func (r *relation) rows(sql string) ingest.RowSource {
	s := ingest.RowSource{Open: func(ctx context.Context) (ingest.Rows, error) {
		c, err := r.s.query(ctx, sql)
		if err != nil {
			return nil, err
		}
		if len(c.columns()) != len(r.cols) {
			_ = c.Close() // of no use
			return nil, errAnswer
		}
		return &bounded{cursor: c, columns: r.cols}, nil
	}}
	for _, c := range r.cols {
		s.Columns = append(s.Columns, c.name)
	}
	return s
}

// estimate is about how many rows there are, for the progress; 0 = not known.
func (r *relation) estimate(ctx context.Context) int64 {
	if r.db.Table == "" {
		return 0
	}
	all, err := r.s.tables(ctx)
	if err != nil {
		return 0 // the reading itself will say
	}
	for _, t := range all {
		if strings.EqualFold(t.Name, r.db.Table) {
			return max(0, t.Rows)
		}
	}
	return 0
}

// bounded holds an answer to the limits of what an import takes.
type bounded struct {
	*cursor
	columns []column
	rows    int
}

// Next implements ingest.Rows.
func (b *bounded) Next(ctx context.Context, cells [][]byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := b.cursor.Next(ctx, cells); err != nil {
		return err
	}
	if b.rows++; b.rows > maxRows {
		return userError("database_too_many_rows", "table", core.Args{"limit": maxRows})
	}
	for i, c := range cells {
		if len(c) > maxCell {
			e := dataError("database_cell_too_long", b.columns[i].name, nil)
			e.Where.Row = b.rows
			return e
		}
	}
	return nil
}

// Clean is [Secret].
func (Reader) Clean(url string) (clean, password string, found bool) { return Secret(url) }

// Name is what a source of a database is called: its table, or the database.
func (Reader) Name(db core.Database) string { return Name(db) }
