package workspace

import (
	"context"
	"slices"

	"qunxiang/core"
	"qunxiang/core/feature"
	"qunxiang/core/ingest"
)

// Databases reads SQL databases; database.Reader satisfies it. Passwords are handed
// through and kept nowhere.
type Databases interface {
	// Clean takes the password out of an address. found says that there was one.
	Clean(url string) (clean, password string, found bool)
	// Name is what a source of the database is called.
	Name(db core.Database) string
	Tables(ctx context.Context, url, password string) ([]core.DatabaseTable, error)
	Look(ctx context.Context, db core.Database, password string, o core.ImportOptions, rows int) (*ingest.Preview, error)
	// Explain returns the SQL that Read or, as db says, Aggregate would run.
	Explain(ctx context.Context, db core.Database, password string, o core.ImportOptions) (string, error)
	// Read returns the rows and the SQL that ran.
	Read(ctx context.Context, db core.Database, password string, o core.ImportOptions, p core.Progress) (*ingest.Result, string, error)
	Aggregate(ctx context.Context, db core.Database, password string, o core.ImportOptions, asOf core.Date, dry bool, p core.Progress) (*core.Aggregated, error)
}

// DatabaseImport is an import from a database.
type DatabaseImport struct {
	core.Database                    // its URL may hold a password, which is taken out
	Password      string             // counts where the URL has none
	Options       core.ImportOptions //
	AsOf          core.Date          // with Aggregate: of the features; NoDate = the day after the last day
	Dry           bool               // store nothing
	Rows          int                // first rows to show
}

// DatabaseReport is what an import from a database did, or would do.
type DatabaseReport struct {
	core.ImportReport
	Statement string          // the SQL that ran, or would run
	AsOf      core.Date       // of features that the database added up
	First     *ingest.Preview // first rows, nil unless they were asked for
}

// Tables lists the tables and views of a database with their columns. The address may
// hold a password; password counts where it does not.
//
// Errors are *core.Error whose code begins with "database_"; database_login asks for a
// (or another) password.
func (w *Workspace) Tables(ctx context.Context, url, password string) ([]core.DatabaseTable, error) {
	d, err := w.databases()
	if err != nil {
		return nil, err
	}
	url, password = secret(d, url, password)
	return d.Tables(ctx, url, password)
}

// LookDatabase says how a table or query would be imported and shows its first rows.
func (w *Workspace) LookDatabase(ctx context.Context, r DatabaseImport) (*ingest.Preview, error) {
	d, err := w.databases()
	if err != nil {
		return nil, err
	}
	r.URL, r.Password = secret(d, r.URL, r.Password)
	return d.Look(ctx, r.Database, r.Password, r.Options, r.Rows)
}

// ExplainDatabase returns the SQL that an import would run.
func (w *Workspace) ExplainDatabase(ctx context.Context, r DatabaseImport) (string, error) {
	d, err := w.databases()
	if err != nil {
		return "", err
	}
	r.URL, r.Password = secret(d, r.URL, r.Password)
	return d.Explain(ctx, r.Database, r.Password, r.Options)
}

// CleanAddress takes the password out of the address of a database, for whoever shows or
// keeps it. found says that there was one.
func (w *Workspace) CleanAddress(url string) (clean string, found bool) {
	if w.cfg.Databases == nil {
		return "", false
	}
	clean, _, found = w.cfg.Databases.Clean(url)
	return clean, found
}

func (w *Workspace) databases() (Databases, error) {
	if w.cfg.Databases == nil {
		return nil, &core.Error{Code: "database_none", Origin: core.OriginApp, Op: "database"}
	}
	return w.cfg.Databases, nil
}

// secret parts an address from its password.
func secret(d Databases, url, password string) (clean, secret string) {
	clean, own, found := d.Clean(url)
	if found {
		password = own
	}
	return clean, password
}

// ImportDatabase reads a table or query into the project: its rows, of which those that
// are there already are skipped and counted, or a row per customer that the database has
// added up, which takes the place of what was added up before and sets the project's
// as-of date.
func (p *Project) ImportDatabase(ctx context.Context, r DatabaseImport, pr core.Progress) (DatabaseReport, error) {
	d, err := p.w.databases()
	if err != nil {
		return DatabaseReport{}, err
	}
	if !r.Dry {
		p.change.Lock()
		defer p.change.Unlock()
	}
	r.URL, r.Password = secret(d, r.URL, r.Password)
	out := DatabaseReport{AsOf: core.NoDate}
	if r.Rows > 0 {
		if out.First, err = d.Look(ctx, r.Database, r.Password, r.Options, r.Rows); err != nil {
			return out, err
		}
	}
	source := core.Source{Name: d.Name(r.Database), Database: &core.DatabaseSource{Database: r.Database, AsOf: core.NoDate}}
	if r.Aggregate {
		return out, p.aggregate(ctx, d, r, source, &out, pr)
	}
	res, statement, err := d.Read(ctx, r.Database, r.Password, r.Options, func(f float64, stage core.Message) { pr(f*0.8, stage) })
	if err != nil {
		return out, err
	}
	out.Statement, source.Database.Statement = statement, statement
	out.ImportReport, err = p.take(ctx, res, source, r.Options.Orders, pr, !r.Dry)
	return out, err
}

// aggregate imports what the database adds up.
func (p *Project) aggregate(ctx context.Context, d Databases, r DatabaseImport, source core.Source, out *DatabaseReport, pr core.Progress) error {
	a, err := d.Aggregate(ctx, r.Database, r.Password, r.Options, r.AsOf, r.Dry, func(f float64, stage core.Message) { pr(f*0.8, stage) })
	if err != nil {
		return err
	}
	out.Statement, out.AsOf, out.ImportReport = a.Statement, a.AsOf, a.Report
	if r.Dry {
		return nil
	}
	source.Database.Statement, source.Database.AsOf = a.Statement, a.AsOf
	res := &ingest.Result{Report: a.Report, Attributes: a.Attributes, Fingerprint: a.Fingerprint}
	if out.ImportReport, err = p.take(ctx, res, source, "", pr, true); err != nil {
		return err
	}
	if err := p.file.SetSetting(settingAsOf, []byte(a.AsOf.String())); err != nil {
		return err
	}
	p.changed(true)
	return nil
}

// withoutFeatures drops the attributes that a database added up before: what it adds up
// now takes their place, also where a customer is gone.
func withoutFeatures(a *core.Attributes) *core.Attributes {
	if a == nil {
		return nil
	}
	out := &core.Attributes{Customers: a.Customers}
	for _, c := range a.Columns {
		if !slices.Contains(feature.Names(), c.Name) {
			out.Columns = append(out.Columns, c)
		}
	}
	return out
}
