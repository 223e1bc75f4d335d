package workspace

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"qunxiang/core"
	"qunxiang/core/ingest"
	"qunxiang/sdk"
)

// Methods is the catalogue of methods; *host.Host satisfies it behind a thin adapter.
type Methods interface {
	Methods(ctx context.Context) ([]core.Method, error)
	Validate(ctx context.Context, method string, r sdk.ValidateRequest) (sdk.ValidateResponse, error)
	Fit(ctx context.Context, method string, r sdk.Request, progress func(float64, sdk.Text)) (sdk.Response, error)
}

// Files creates and opens project files.
type Files interface {
	Create(ctx context.Context, path string, p core.Project) (File, error)
	Open(ctx context.Context, path string) (File, error)
}

// File is an open project file. Its methods may be called from several goroutines.
type File interface {
	Project() core.Project
	SetProject(core.Project) error
	Sources() ([]core.Source, error)
	// AddSource stores a source with what it brought: all becomes visible at once. Each of
	// the records takes the place of those of its kind and name.
	AddSource(s core.Source, tx *core.Transactions, fromRow int, a *core.Attributes, records ...*core.Records) error
	Transactions(ctx context.Context) (*core.Transactions, error)
	Lines(ctx context.Context) (*core.Transactions, error) // Transactions without order numbers, labels and quantities
	Attributes(ctx context.Context) (*core.Attributes, error)
	Records(ctx context.Context) ([]*core.Records, error) // comments, events and each survey
	Customers(ctx context.Context) (*core.Dict, error)    // the customer dictionary alone
	Summary(ctx context.Context) (*core.Summary, error)   // what the transactions add up to; nil = not known
	PutSegmentation(s *core.Segmentation) error
	Segmentation(name string, run int) (*core.Segmentation, error)
	Runs() ([]core.RunHead, error)
	DeleteSegmentation(name string) error
	UpdateSegments(name string, run int, segs []core.Segment) error
	Setting(key string) ([]byte, error)
	SetSetting(key string, v []byte) error
	Dirty() bool
	Save(ctx context.Context) error
	SaveAs(ctx context.Context, path string) error
	Close() error
}

// Config wires a workspace. Methods and Files are needed.
type Config struct {
	Methods   Methods
	Models    Models // nil = models can be neither applied nor exported
	Files     Files
	Now       func() time.Time // nil = time.Now
	Room      func() core.Room // how much memory a run may take; nil = not checked
	Threads   int              // processor cores that a run may use; 0 = all
	Reader    []string         // program and arguments that read files which are no plain text; nil = this process does
	Databases Databases        // nil = none can be read
	// Say puts a message into both languages, for texts that are stored with a run; nil =
	// texts stay their keys.
	Say func(core.Message) sdk.Text
}

// Workspace is the application. Close it when done.
type Workspace struct {
	cfg Config
	tasks
}

// New returns a workspace. It panics when Methods or Files is nil.
func New(c Config) *Workspace {
	if c.Methods == nil || c.Files == nil {
		panic("workspace: Config needs Methods and Files")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Threads <= 0 {
		c.Threads = runtime.GOMAXPROCS(0)
	}
	return &Workspace{cfg: c}
}

// NewProject names a project to be made.
type NewProject struct {
	Name     string // "" = the file's name without its ending
	Currency string // ISO 4217; "" = CNY
}

// Create makes a project file at path, which must not exist, and opens it.
func (w *Workspace) Create(ctx context.Context, path string, o NewProject) (*Project, error) {
	if o.Name == "" {
		o.Name = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	}
	if o.Currency == "" {
		o.Currency = "CNY"
	}
	f, err := w.cfg.Files.Create(ctx, path, core.Project{
		ID: strings.ToLower(rand.Text()), Name: o.Name, Currency: strings.ToUpper(o.Currency), Created: w.cfg.Now().UTC(),
	})
	if err != nil {
		return nil, err
	}
	return &Project{w: w, file: f, path: path}, nil
}

// Open opens the project file at path.
func (w *Workspace) Open(ctx context.Context, path string) (*Project, error) {
	f, err := w.cfg.Files.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	return &Project{w: w, file: f, path: path}, nil
}

// Methods lists the installed methods, sorted by id. An error beside them tells of plugins
// that do not say what they are and are left out.
func (w *Workspace) Methods(ctx context.Context) ([]core.Method, error) {
	return w.cfg.Methods.Methods(ctx)
}

// Bundler is what Methods may be besides: able to tell of one method without the others. It
// says false where it cannot.
type Bundler interface {
	Bundled(id string) (core.Method, bool)
}

// Method returns one method; the error of code unknown_method names those there are.
func (w *Workspace) Method(ctx context.Context, id string) (core.Method, error) {
	if b, ok := w.cfg.Methods.(Bundler); ok {
		if m, ok := b.Bundled(id); ok {
			return m, nil
		}
	}
	all, err := w.Methods(ctx)
	var known []string
	for _, m := range all {
		if m.Info.ID == id {
			return m, nil // whatever is wrong with other plugins
		}
		known = append(known, m.Info.ID)
	}
	if err != nil {
		return core.Method{}, err
	}
	return core.Method{}, &core.Error{Code: "unknown_method", Origin: core.OriginUser, Op: "method", Where: core.Where{Param: "method"}, Args: core.Args{"method": id, "known": known}}
}

// Look reads the head of a file and says how it would be imported.
func (w *Workspace) Look(ctx context.Context, file string, o core.ImportOptions, rows int) (*ingest.Preview, error) {
	o.Reader = w.cfg.Reader
	return ingest.Look(ctx, file, o, rows)
}

// Close cancels every task and waits for them. Projects are closed by their owners.
func (w *Workspace) Close() error {
	w.cancelAll()
	return nil
}

// Project is an open project.
type Project struct {
	w    *Workspace
	file File

	change sync.Mutex // held while something changes: changes take turns

	mu       sync.RWMutex // guards all below
	path     string
	revision int
	cache    cache
}

// Head returns the project's name and currency.
func (p *Project) Head() core.Project { return p.file.Project() }

// SetHead stores a new name or currency.
func (p *Project) SetHead(h core.Project) error {
	p.change.Lock()
	defer p.change.Unlock()
	if err := p.file.SetProject(h); err != nil {
		return err
	}
	p.changed(false)
	return nil
}

// Path returns the path of the project's file.
func (p *Project) Path() string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.path
}

// Dirty reports whether there are changes that Save has not written to the file yet.
func (p *Project) Dirty() bool { return p.file.Dirty() }

// Revision counts the project's changes since it was opened.
func (p *Project) Revision() int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.revision
}

// Save writes the project to its file.
func (p *Project) Save(ctx context.Context) error {
	p.change.Lock()
	defer p.change.Unlock()
	if err := p.file.Save(ctx); err != nil {
		return err
	}
	p.w.publish(Event{Kind: ProjectChanged, Project: p})
	return nil
}

// SaveAs writes the project to another file, which becomes its file.
func (p *Project) SaveAs(ctx context.Context, path string) error {
	p.change.Lock()
	defer p.change.Unlock()
	if err := p.file.SaveAs(ctx, path); err != nil {
		return err
	}
	p.mu.Lock()
	p.path = path
	p.mu.Unlock()
	p.w.publish(Event{Kind: ProjectChanged, Project: p})
	return nil
}

// Close closes the project; changes that were not saved are gone. (After a crash
// they are not: the next session finds them.)
func (p *Project) Close() error {
	p.change.Lock()
	defer p.change.Unlock()
	return p.file.Close()
}

// changed counts a change and tells the listeners; data says that the imported data
// changed, so that nothing derived from them may be used again.
func (p *Project) changed(data bool) {
	p.mu.Lock()
	p.revision++
	if data {
		p.cache = cache{}
	}
	p.mu.Unlock()
	p.w.publish(Event{Kind: ProjectChanged, Project: p})
}

// Sources lists the imported files in order.
func (p *Project) Sources(context.Context) ([]core.Source, error) { return p.file.Sources() }

// Runs lists the stored runs, in the order in which they were made.
func (p *Project) Runs(context.Context) ([]core.RunHead, error) { return p.file.Runs() }

// Setting returns a small stored document, nil where there is none.
func (p *Project) Setting(key string) ([]byte, error) { return p.file.Setting(key) }

// SetSetting stores a small document under key.
func (p *Project) SetSetting(key string, v []byte) error {
	p.change.Lock()
	defer p.change.Unlock()
	if err := p.file.SetSetting(key, v); err != nil {
		return err
	}
	p.changed(false)
	return nil
}
