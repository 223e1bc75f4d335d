package presenter

import (
	"context"

	"qunxiang/core"
	"qunxiang/core/chart"
	"qunxiang/core/clean"
	"qunxiang/core/feature"
	"qunxiang/core/ingest"
	"qunxiang/core/quality"
	"qunxiang/core/workspace"
	"qunxiang/sdk"
)

// Desk is the workspace as presenters see it. Errors carry the codes of package
// workspace.
type Desk interface {
	Create(ctx context.Context, path string, n workspace.NewProject) (Project, error)
	Open(ctx context.Context, path string) (Project, error)
	// Methods are those there are; an error beside them tells of plugins that are not among them.
	Methods(ctx context.Context) ([]core.Method, error)
	Look(ctx context.Context, file string, o core.ImportOptions, rows int) (*ingest.Preview, error)
	Inspect(ctx context.Context, file string, o core.ImportOptions, rows int) (*ingest.Inspection, error)
	Alike(ctx context.Context, file string, o core.ImportOptions) (ingest.Alike, error)
	Rejected(ctx context.Context, file string, o core.ImportOptions, pr core.Progress) (*ingest.Rejection, error)
	WriteRejected(ctx context.Context, r *ingest.Rejection, to string, force bool, word func(reason string) string) (int, error)
	// Start runs a task; end is called once, on no particular goroutine, with its error.
	Start(kind string, title core.Message, fn func(context.Context, core.Progress) error, end func(error)) (cancel func())
	DatabaseDesk
	Tasks() []workspace.TaskState
	// Cancel asks a task to stop.
	Cancel(task int)
	// Subscribe calls fn for every event on no particular goroutine.
	Subscribe(fn func(workspace.Event)) (stop func())
}

// Project is an open project as presenters see it; it is safe for concurrent use.
type Project interface {
	Head() core.Project
	SetHead(core.Project) error
	Path() string
	Dirty() bool
	Revision() int
	Save(ctx context.Context) error
	SaveAs(ctx context.Context, path string) error
	Close() error

	Info(ctx context.Context) (workspace.Info, error)
	Sources(ctx context.Context) ([]core.Source, error)
	Import(ctx context.Context, file string, o core.ImportOptions, pr core.Progress) (core.ImportReport, error)
	KeptRejected(ctx context.Context, source int) (workspace.KeptRejected, error)
	MarkFixed(ctx context.Context, source int, fixed map[int]map[int]string) error
	ImportSheets(ctx context.Context, file string, o core.ImportOptions, chosen *core.Template, store bool, pr core.Progress) (core.ImportReport, []workspace.SheetReport, error)
	Prepare(ctx context.Context, file string, o core.ImportOptions, pr core.Progress) (*workspace.Pending, error)
	Compare(ctx context.Context, n *workspace.Pending, orders core.OrderPolicy, pr core.Progress) (*workspace.Pending, error)
	Take(ctx context.Context, n *workspace.Pending, pr core.Progress) (core.ImportReport, error)
	ReadLike(ctx context.Context, file string, o core.ImportOptions, chosen *core.Template) (core.ImportOptions, error)
	Templates(ctx context.Context) ([]core.Template, error)
	SaveTemplate(ctx context.Context, name, from string) (core.Template, error)
	SetAsOf(core.Date) error
	Features(ctx context.Context, asOf core.Date, windowMonths int) (*feature.Set, error)
	FeaturesWith(ctx context.Context, asOf core.Date, windowMonths int, names []string) (*feature.Set, error)
	Customers(ctx context.Context, q workspace.CustomerQuery) (*workspace.CustomerView, error)
	Advise(ctx context.Context, asOf core.Date) (*workspace.Advised, error)
	Agree(ctx context.Context, a string, runA int, b string, runB int) (*workspace.Agreement, error)

	Quality(ctx context.Context, today core.Date) (*quality.Card, error)
	Steps(ctx context.Context) (clean.List, error)
	EditSteps(ctx context.Context, edit workspace.StepEdit, dry bool) (workspace.StepsChange, error)
	Touched(ctx context.Context, s clean.Step, most int) (workspace.Touched, error)
	Stale(ctx context.Context) ([]core.RunHead, error)
	RunAgain(ctx context.Context, name string, pr core.Progress) (*core.Segmentation, error)
	Duplicates(ctx context.Context, pr core.Progress) (*workspace.Duplicates, error)
	DecideDuplicates(ctx context.Context, d workspace.PairDecision, pr core.Progress) (*workspace.Duplicates, error)
	Book(ctx context.Context, pairs []workspace.Duplicate) (*workspace.PairBook, error)
	Fields(ctx context.Context) ([]workspace.Field, error)
	SetClasses(ctx context.Context, classes map[string]core.FieldClass) error
	Gaps(ctx context.Context) ([]workspace.Gap, error)

	Plan(ctx context.Context, r workspace.RunRequest) (Plan, error)
	Try(ctx context.Context, r workspace.RunRequest, pr core.Progress) (*core.Segmentation, error)
	Run(ctx context.Context, r workspace.RunRequest, pr core.Progress) (*core.Segmentation, error)
	Runs(ctx context.Context) ([]core.RunHead, error)
	Segmentation(ctx context.Context, name string, run int) (*core.Segmentation, error)
	Stability(ctx context.Context, name string, run, replicates int, pr core.Progress) (*core.Segmentation, error)
	RenameSegment(ctx context.Context, name string, run, segment int, t sdk.Text) error
	DeleteSegmentation(ctx context.Context, name string) error

	ChartInput(ctx context.Context, s *core.Segmentation, lang sdk.Lang, dark bool) (chart.Input, error)
	Chart(ctx context.Context, r workspace.ChartRequest) (*chart.Figure, error)
	WriteChart(ctx context.Context, r workspace.ChartRequest, to string, width, height int, force bool) error
	WriteReport(ctx context.Context, name string, run int, to string, lang sdk.Lang, force bool) error
	Export(ctx context.Context, r workspace.ExportRequest, pr core.Progress) (workspace.ExportReport, error)

	Surveyed
	Commented
	Behaved
	DatabaseProject
}

// Plan is a run before it is started.
type Plan struct {
	Rows        int
	Excluded    []core.Excluded
	Diagnostics []sdk.Diagnostic
	Columns     []string // that the method will see
	MemoryBytes int64
}

// Refused reports whether a diagnostic forbids the run.
func (p Plan) Refused() bool {
	for _, d := range p.Diagnostics {
		if d.Severity == sdk.SeverityError {
			return true
		}
	}
	return false
}
