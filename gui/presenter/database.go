package presenter

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/ingest"
	"qunxiang/core/workspace"
)

// settingAddress is under which name a project keeps the address of the database that
// was read last, without its password.
const settingAddress = "gui.database"

// DatabaseDesk is what looking into databases needs of the workspace.
type DatabaseDesk interface {
	Tables(ctx context.Context, url, password string) ([]core.DatabaseTable, error)
	LookDatabase(ctx context.Context, r workspace.DatabaseImport) (*ingest.Preview, error)
	ExplainDatabase(ctx context.Context, r workspace.DatabaseImport) (string, error)
}

// DatabaseProject is what importing from databases needs of a project.
type DatabaseProject interface {
	ImportDatabase(ctx context.Context, r workspace.DatabaseImport, pr core.Progress) (workspace.DatabaseReport, error)
	Setting(key string) ([]byte, error)
	SetSetting(key string, v []byte) error
}

// DatabaseKinds are the kinds of databases, in the order in which they are offered.
func DatabaseKinds() []string { return []string{"sqlite", "postgres", "mysql", "clickhouse", "trino"} }

// Address is where a database is. A password is never part of it.
type Address struct {
	Kind     string `json:"kind"` // of DatabaseKinds
	Path     string `json:"path"` // of a SQLite file
	Host     string `json:"host"`
	Port     string `json:"port"` // "" = the usual one
	Database string `json:"database"`
	User     string `json:"user"`
	Secure   bool   `json:"secure"` // encrypted
}

// URL writes the address as the workspace takes it.
func (a Address) URL() string {
	if a.Kind == "sqlite" {
		path := filepath.ToSlash(a.Path)
		if !strings.HasPrefix(path, "/") { // C:/…
			path = "/" + path
		}
		return (&url.URL{Scheme: "sqlite", Path: path}).String()
	}
	u := url.URL{Scheme: a.Kind, Host: strings.TrimSpace(a.Host), Path: "/" + strings.Trim(a.Database, "/ ")}
	if p := strings.TrimSpace(a.Port); p != "" {
		if strings.Contains(u.Host, ":") && !strings.HasPrefix(u.Host, "[") { // IPv6
			u.Host = "[" + u.Host + "]"
		}
		u.Host += ":" + p
	}
	if user := strings.TrimSpace(a.User); user != "" {
		u.User = url.User(user)
	}
	if a.Secure {
		switch a.Kind {
		case "postgres":
			u.RawQuery = "sslmode=require"
		case "mysql":
			u.RawQuery = "tls=true"
		default:
			u.Scheme += "s"
		}
	}
	return u.String()
}

// Complete reports whether there is enough to connect.
func (a Address) Complete() bool {
	if a.Kind == "sqlite" {
		return a.Path != ""
	}
	return strings.TrimSpace(a.Host) != ""
}

// DatabaseState is what the Databases section shows.
type DatabaseState struct {
	Phase   Phase // Empty = not connected, Loading = connecting, Ready = connected
	Err     error // why there is no connection
	Address Address
	Tables  []core.DatabaseTable
	Sources []core.Source // that came from databases

	Table, Query string // what is read; Table "" = Query
	Aggregate    bool   // a row per customer
	Looking      bool
	Preview      *ingest.Preview
	LookErr      error
	SQL          string // that would run
	Running      bool
	RunErr       error
	Report       *workspace.DatabaseReport // of the import that has ended
}

// Chosen reports whether a table or a query is chosen.
func (s DatabaseState) Chosen() bool { return s.Table != "" || s.Query != "" }

// NeedsRole lists the roles without which nothing can be imported.
func (s DatabaseState) NeedsRole() []core.Role { return needsRole(s.Preview) }

// Database is the presenter of the Databases section.
type Database struct {
	Live[DatabaseState]
	desk     Desk
	exec     Exec
	session  *Session
	connect  reader
	look     reader
	list     reader
	cancel   func()
	options  core.ImportOptions
	password string // in memory only, until another project or address
	project  Project
}

// NewDatabase makes the presenter.
func NewDatabase(desk Desk, exec Exec, session *Session) *Database {
	d := &Database{desk: desk, exec: exec, session: session, connect: reader{exec: exec}, look: reader{exec: exec}, list: reader{exec: exec}}
	d.state.Address.Kind = "sqlite"
	return d
}

func (d *Database) update(f func(*DatabaseState)) {
	st := d.state
	f(&st)
	d.set(st)
}

// Reset forgets everything, the password first.
func (d *Database) Reset() {
	d.connect.stop()
	d.look.stop()
	d.list.stop()
	d.password, d.cancel, d.project, d.options = "", nil, nil, core.ImportOptions{}
	d.set(DatabaseState{Address: Address{Kind: "sqlite"}})
}

// Load reads what the project remembers of databases. It connects to nothing.
func (d *Database) Load() {
	p := d.session.Project()
	if p == nil {
		return
	}
	if p != d.project {
		at := d.state.Address
		if d.project != nil || at.Path == "" {
			d.Reset()
			at = Address{}
		}
		d.project = p
		if b, err := p.Setting(settingAddress); err == nil && len(b) > 0 && at.Path == "" {
			var a Address
			if json.Unmarshal(b, &a) == nil && slices.Contains(DatabaseKinds(), a.Kind) {
				d.update(func(s *DatabaseState) { s.Address = a })
			}
		}
	}
	fetch(&d.list, p.Sources, func(src []core.Source, err error) {
		if err != nil {
			return // the section of files says so
		}
		src = slices.DeleteFunc(slices.Clone(src), func(s core.Source) bool { return s.Database == nil })
		d.update(func(s *DatabaseState) { s.Sources = src })
	})
}

// SetAddress changes where the database is, which ends a connection elsewhere. What was
// wrong stays to be read while it is mended; of another kind of database it says nothing.
func (d *Database) SetAddress(f func(*Address)) {
	d.password = ""
	d.update(func(s *DatabaseState) {
		kind := s.Address.Kind
		if f(&s.Address); s.Address.Kind != kind {
			s.Err = nil
		}
	})
}

// OpenFile opens a SQLite file.
func (d *Database) OpenFile(path string) {
	d.Disconnect()
	d.SetAddress(func(a *Address) { *a = Address{Kind: "sqlite", Path: path} })
	d.Connect("")
}

// Connect lists the tables. The password is kept in memory until another address is given.
func (d *Database) Connect(password string) {
	if !d.state.Address.Complete() {
		return
	}
	d.password = password
	d.update(func(s *DatabaseState) { s.Phase, s.Err = Loading, nil })
	d.tables(func(t []core.DatabaseTable) {
		d.remember()
		d.update(func(s *DatabaseState) { s.Phase, s.Tables = Ready, t })
		if len(t) == 1 {
			d.Choose(t[0].Name)
		}
	})
}

// tables lists what the database has. A failure forgets the password, which may be why.
func (d *Database) tables(then func([]core.DatabaseTable)) {
	at, password := d.state.Address.URL(), d.password
	fetch(&d.connect, func(ctx context.Context) ([]core.DatabaseTable, error) { return d.desk.Tables(ctx, at, password) },
		func(t []core.DatabaseTable, err error) {
			if err != nil {
				d.password = ""
				d.update(func(s *DatabaseState) { s.Phase, s.Err = Failed, err })
				return
			}
			then(t)
		})
}

// remember keeps the address in the project. A failure is no fault: it is typed again.
func (d *Database) remember() {
	p := d.session.Project()
	b, err := json.Marshal(d.state.Address)
	if p == nil || err != nil {
		return
	}
	if old, err := p.Setting(settingAddress); err == nil && string(old) != string(b) {
		_ = p.SetSetting(settingAddress, b)
	}
}

// Disconnect goes back to the address.
func (d *Database) Disconnect() {
	d.connect.stop()
	d.look.stop()
	d.password, d.options = "", core.ImportOptions{}
	at, src := d.state.Address, d.state.Sources
	d.set(DatabaseState{Address: at, Sources: src})
}

// Choose looks at a table.
func (d *Database) Choose(table string) { d.choose(table, "") }

// Ask looks at what a SELECT gives.
func (d *Database) Ask(query string) {
	if q := strings.TrimSpace(query); q != "" {
		d.choose("", q)
	}
}

func (d *Database) choose(table, query string) {
	d.options = core.ImportOptions{}
	d.update(func(s *DatabaseState) {
		s.Table, s.Query, s.Preview, s.LookErr, s.RunErr, s.Report, s.SQL = table, query, nil, nil, nil, nil, ""
	})
	d.relook()
}

// SetAggregate chooses between all rows and a row per customer.
func (d *Database) SetAggregate(on bool) {
	d.update(func(s *DatabaseState) { s.Aggregate = on })
	d.relook()
}

// SetRole gives a column a role; "" takes its role away.
func (d *Database) SetRole(column string, role core.Role) {
	pv := d.state.Preview
	if pv == nil {
		return
	}
	d.options.Map, d.options.Kind = withRole(pv.Detected.Mapping, column, role), pv.Detected.Kind
	d.relook()
}

// SetKind says what the rows are.
func (d *Database) SetKind(k core.SourceKind) {
	d.options = core.ImportOptions{Kind: k}
	d.relook()
}

// request is what is asked of the workspace.
func (d *Database) request() workspace.DatabaseImport {
	st, o := d.state, d.options
	o.Map = maps.Clone(o.Map)
	return workspace.DatabaseImport{
		Database: core.Database{URL: st.Address.URL(), Table: st.Table, Query: st.Query, Aggregate: st.Aggregate},
		Password: d.password, Options: o, AsOf: core.NoDate, Rows: previewRows,
	}
}

// tableLook is what a look at a table showed.
type tableLook struct {
	preview *ingest.Preview
	sql     string
	why     error // why there is no SQL
}

func (d *Database) relook() {
	if !d.state.Chosen() {
		return
	}
	r := d.request()
	d.update(func(s *DatabaseState) { s.Looking, s.LookErr = true, nil })
	fetch(&d.look, func(ctx context.Context) (tableLook, error) { return d.lookAt(ctx, r) }, func(l tableLook, err error) {
		d.update(func(s *DatabaseState) {
			s.Looking, s.LookErr, s.SQL = false, err, l.sql
			if err == nil {
				s.Preview, s.LookErr = l.preview, l.why
			}
		})
	})
}

// lookAt looks at a table. Where only the columns of the date or the customer are not
// known, it shows the table all the same, so that the user can point at them.
func (d *Database) lookAt(ctx context.Context, r workspace.DatabaseImport) (l tableLook, err error) {
	l.preview, err = d.desk.LookDatabase(ctx, r)
	switch core.CodeOf(err) {
	case "no_date_column", "no_customer_column":
		bare := r
		bare.Options = core.ImportOptions{Kind: core.SourceCustomers}
		table, second := d.desk.LookDatabase(ctx, bare)
		if second != nil {
			return l, err
		}
		shown := *table
		shown.Detected.Kind, shown.Problems, shown.Detected.Mapping = core.SourceTransactions, nil, map[core.Role]string{}
		for role, c := range r.Options.Map {
			if c != "" {
				shown.Detected.Mapping[role] = c
			}
		}
		return tableLook{preview: &shown}, nil
	}
	if err != nil {
		return l, err
	}
	if r.Aggregate && l.preview.Detected.Kind != core.SourceTransactions {
		l.why = &core.Error{Code: "database_not_purchases", Origin: core.OriginUser, Op: "database"}
		return l, nil
	}
	l.sql, l.why = d.desk.ExplainDatabase(ctx, r)
	return l, nil
}

// Ready reports whether an import can start.
func (s DatabaseState) Ready() bool {
	return s.Preview != nil && !s.Looking && !s.Running && s.LookErr == nil && len(s.NeedsRole()) == 0
}

// Import reads the table into the project as a task.
func (d *Database) Import() {
	if d.state.Ready() {
		r := d.request()
		r.Rows = 0
		d.run(r)
	}
}

func (d *Database) run(r workspace.DatabaseImport) {
	p := d.session.Project()
	if p == nil || d.state.Running {
		return
	}
	d.update(func(s *DatabaseState) { s.Running, s.RunErr, s.Report = true, nil, nil })
	var report workspace.DatabaseReport
	d.cancel = d.desk.Start("import", core.Message{Key: "gui.task.database"}, func(ctx context.Context, pr core.Progress) (err error) {
		report, err = p.ImportDatabase(ctx, r, pr)
		return err
	}, func(err error) {
		d.exec.Post(func() {
			if d.session.Project() != p {
				return
			}
			d.cancel = nil
			d.update(func(s *DatabaseState) {
				s.Running = false
				switch {
				case Cancelled(err):
				case err != nil:
					s.RunErr = err
				default:
					s.Report = &report
				}
			})
			d.Load()
		})
	})
}

// Cancel ends the import.
func (d *Database) Cancel() {
	if d.cancel != nil {
		d.cancel()
	}
}

// Again reads a source once more, as it was read before. Rows that are there already
// are skipped; what was added up is replaced.
func (d *Database) Again(source int, password string) {
	i := slices.IndexFunc(d.state.Sources, func(s core.Source) bool { return s.ID == source })
	if i < 0 {
		return
	}
	src := d.state.Sources[i]
	if password == "" {
		password = d.password
	}
	o := core.ImportOptions{Map: src.Report.Detected.Mapping, Refunds: src.Report.Detected.Refunds, Kind: src.Kind}
	if src.Database.Aggregate {
		o.Kind = core.SourceTransactions
	}
	d.run(workspace.DatabaseImport{Database: src.Database.Database, Password: password, Options: o, AsOf: core.NoDate})
}

// NeedsPassword reports whether reading a source again asks for one: it came from a
// server to which nobody is connected now.
func (s DatabaseState) NeedsPassword(src core.Source) bool {
	if src.Database == nil || strings.HasPrefix(src.Database.URL, "sqlite") {
		return false
	}
	return s.Phase != Ready || src.Database.URL != s.Address.URL()
}

// CloseReport puts the report away. What is behind it was listed before the import, so
// the tables and the first rows are read again.
func (d *Database) CloseReport() {
	d.update(func(s *DatabaseState) { s.Report, s.RunErr = nil, nil })
	if d.state.Phase != Ready {
		return
	}
	d.tables(func(t []core.DatabaseTable) {
		d.update(func(s *DatabaseState) { s.Tables = t })
		d.relook()
	})
}
