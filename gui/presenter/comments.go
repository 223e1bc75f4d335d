package presenter

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/comment"
)

// Commented is what the comments' section needs of a project.
type Commented interface {
	Comments(ctx context.Context, asOf core.Date, sentiment string, pr core.Progress) (*comment.Reading, error)
	Themes() ([]comment.Theme, bool, error)
	SetThemes(themes []comment.Theme) error
	CommentGroup(ctx context.Context, name string) (comment.Group, error)
}

// CommentsState is what the section of comments shows.
type CommentsState struct {
	Phase     Phase // Empty = the project has no comments
	Busy      bool
	Err       error
	Reading   *comment.Reading
	All       *comment.Summary
	Months    []CommentMonth
	Suggested []ThemeWord
	Themes    []Theme // as they are edited
	Own       bool    // the themes in force are the user's
	Edited    bool    // the themes shown are not those that the comments were read with
	CanUndo   bool
	CanRedo   bool
	Wrong     error // a list of themes could not be read
	Results   []string
	Result    string // by whose segments the themes are shown, "" = none
	Segments  []comment.SegmentSummary
	ByErr     error
}

// Theme is what comments may be about.
type Theme = comment.Theme

// ThemeWord is a word that many comments have and no theme.
type ThemeWord = comment.Suggestion

// ThemeSummary is what comments say about a theme.
type ThemeSummary = comment.ThemeSummary

// DefaultTheme reports whether a theme has a name of its own in each language.
func DefaultTheme(id string) bool { return comment.IsDefault(id) }

// CommentMonth counts the comments of a calendar month.
type CommentMonth struct {
	Month                       core.Date // its first day
	Positive, Neutral, Negative int
}

// All is how many comments there were.
func (m CommentMonth) All() int { return m.Positive + m.Neutral + m.Negative }

// CommentQuote is a comment for others to read.
type CommentQuote struct {
	Text    string // masked
	Day     core.Date
	Feeling string // positive, neutral, negative
	Score   float64
	Words   []comment.Reason // of the lexicon that counted, the strongest first
	About   []string         // words of the theme that it has
}

// mostThemeQuotes is how many comments are shown of a theme.
const mostThemeQuotes = 60

// Comments is the presenter of the section of comments.
type Comments struct {
	Live[CommentsState]
	exec    Exec
	desk    Desk
	session *Session
	quotes  reader
	by      reader
	runs    reader
	cancel  func()
	serial  int
	past    history[[]Theme]
	read    int // revision of the project that was read
}

// NewComments makes the presenter.
func NewComments(desk Desk, exec Exec, session *Session) *Comments {
	return &Comments{desk: desk, exec: exec, session: session, quotes: reader{exec: exec}, by: reader{exec: exec}, runs: reader{exec: exec}, read: -1}
}

func (c *Comments) update(f func(*CommentsState)) {
	st := c.state
	f(&st)
	c.set(st)
}

// Reset forgets everything: another project is open.
func (c *Comments) Reset() {
	c.stop()
	c.past, c.read = history[[]Theme]{}, -1
	c.set(CommentsState{})
}

func (c *Comments) stop() {
	c.serial++
	c.quotes.stop()
	c.by.stop()
	c.runs.stop()
	if c.cancel != nil {
		c.cancel()
		c.cancel = nil
	}
}

type commentsRead struct {
	reading   *comment.Reading
	all       *comment.Summary
	months    []CommentMonth
	suggested []comment.Suggestion
	themes    []comment.Theme
	own       bool
}

// Load reads the comments, as a task, unless they were read since the last change.
func (c *Comments) Load() {
	p := c.session.Project()
	if p == nil {
		c.Reset()
		return
	}
	c.results(p)
	if c.read == p.Revision() && c.state.Phase == Ready || c.cancel != nil {
		return
	}
	c.start(p)
}

// Again reads the comments anew.
func (c *Comments) Again() {
	if p := c.session.Project(); p != nil {
		c.stop()
		c.results(p)
		c.start(p)
	}
}

func (c *Comments) start(p Project) {
	if !hasKind(c.session.State().Info.Sources, core.SourceComments) && c.session.State().Info.Customers > 0 {
		c.update(func(s *CommentsState) { *s = CommentsState{Phase: Empty, Results: s.Results} })
		return
	}
	c.serial++
	serial, revision := c.serial, p.Revision()
	c.update(func(s *CommentsState) {
		s.Busy = true
		if s.Reading == nil {
			s.Phase = Loading
		}
	})
	var out commentsRead
	c.cancel = c.desk.Start("comments", core.Message{Key: "gui.task.comments"}, func(ctx context.Context, pr core.Progress) (err error) {
		out, err = readComments(ctx, p, pr)
		return err
	}, func(err error) {
		c.exec.Post(func() {
			if serial == c.serial && c.session.Project() == p {
				c.cancel, c.read = nil, revision
				c.take(out, err)
			}
		})
	})
}

func hasKind(sources []core.Source, k core.SourceKind) bool {
	return slices.ContainsFunc(sources, func(s core.Source) bool { return s.Kind == k })
}

func readComments(ctx context.Context, p Project, pr core.Progress) (out commentsRead, err error) {
	stage := func(at float64, name string) { pr(at, core.Message{Key: "gui.comments.stage." + name}) }
	stage(0, "read")
	if out.themes, out.own, err = p.Themes(); err != nil {
		return out, err
	}
	if out.reading, err = p.Comments(ctx, core.NoDate, "", func(f float64, _ core.Message) { stage(0.75*f, "read") }); err != nil {
		return out, err
	}
	stage(0.75, "count")
	if out.all, err = out.reading.Summarise(ctx); err != nil {
		return out, err
	}
	if out.months, err = commentMonths(ctx, out.reading); err != nil {
		return out, err
	}
	stage(0.85, "suggest")
	out.suggested, err = out.reading.Suggest(ctx)
	return out, err
}

// commentMonths counts feelings by calendar month.
func commentMonths(ctx context.Context, r *comment.Reading) ([]CommentMonth, error) {
	at := map[core.Date]*CommentMonth{}
	for i := range r.Rows() {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		said := r.At(i)
		if said.Day == core.NoDate {
			continue
		}
		first := said.Day - core.Date(said.Day.Time().Day()-1)
		m := at[first]
		if m == nil {
			m = &CommentMonth{Month: first}
			at[first] = m
		}
		switch said.Feeling {
		case comment.Positive:
			m.Positive++
		case comment.Negative:
			m.Negative++
		default:
			m.Neutral++
		}
	}
	out := make([]CommentMonth, 0, len(at))
	for _, m := range at {
		out = append(out, *m)
	}
	slices.SortFunc(out, func(a, b CommentMonth) int { return cmp.Compare(a.Month, b.Month) })
	return out, nil
}

func (c *Comments) take(r commentsRead, err error) {
	c.update(func(s *CommentsState) {
		s.Busy = false
		switch {
		case core.CodeOf(err) == "no_comments":
			s.Phase, s.Reading = Empty, nil
		case err != nil:
			s.Phase, s.Err, s.Reading = Failed, err, nil
		default:
			s.Phase, s.Err, s.Reading, s.All, s.Months, s.Suggested = Ready, nil, r.reading, r.all, r.months, r.suggested
			s.Own = r.own
			if !s.Edited || s.Themes == nil {
				s.Themes, s.Edited = r.themes, false
			}
		}
	})
	if err == nil && c.state.Result != "" {
		c.By(c.state.Result)
	}
}

// results lists the segmentations that the themes can be shown by.
func (c *Comments) results(p Project) {
	fetch(&c.runs, p.Runs, func(heads []core.RunHead, err error) {
		if err == nil {
			c.update(func(s *CommentsState) {
				s.Results = names(slices.DeleteFunc(slices.Clone(heads), func(h core.RunHead) bool { return h.Segments == 0 }))
			})
		}
	})
}

// By shows the themes by the segments of a result, "" = not.
func (c *Comments) By(result string) {
	p, st := c.session.Project(), c.state
	c.update(func(s *CommentsState) { s.Result, s.Segments, s.ByErr = result, nil, nil })
	if p == nil || result == "" || st.Reading == nil {
		return
	}
	fetch(&c.by, func(ctx context.Context) ([]comment.SegmentSummary, error) {
		g, err := p.CommentGroup(ctx, result)
		if err != nil {
			return nil, err
		}
		return st.Reading.Segments(ctx, st.All, g)
	}, func(seg []comment.SegmentSummary, err error) {
		c.update(func(s *CommentsState) { s.Segments, s.ByErr = seg, err })
	})
}

// Quotes reads comments about a theme, "" = about anything, of one feeling, "" = of any; the
// most outspoken first, masked.
func (c *Comments) Quotes(theme, feeling string, done func([]CommentQuote, error)) {
	r := c.state.Reading
	if r == nil {
		return
	}
	fetch(&c.quotes, func(ctx context.Context) ([]CommentQuote, error) { return quotesOf(ctx, r, theme, feeling) }, done)
}

func quotesOf(ctx context.Context, r *comment.Reading, theme, feeling string) ([]CommentQuote, error) {
	at := slices.IndexFunc(r.Themes, func(t comment.Theme) bool { return t.ID == theme })
	var said []comment.Said
	texts := map[string]bool{}
	for i := range r.Rows() {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		x := r.At(i)
		if theme != "" && !slices.Contains(x.Themes, at) || feeling != "" && string(x.Feeling) != feeling || strings.TrimSpace(x.Text) == "" || texts[x.Text] {
			continue
		}
		texts[x.Text] = true
		said = append(said, x)
	}
	slices.SortStableFunc(said, func(a, b comment.Said) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Score), math.Abs(a.Score)), strings.Compare(a.Text, b.Text))
	})
	said = said[:min(len(said), mostThemeQuotes)]
	out := make([]CommentQuote, len(said))
	lexicon := comment.DefaultLexicon()
	for k, x := range said {
		text := x.Text
		if cut := []rune(text); len(cut) > longestShown {
			text = string(cut[:longestShown]) + "…"
		}
		_, words := lexicon.Score(text)
		out[k] = CommentQuote{Text: comment.Mask(text), Day: x.Day, Feeling: string(x.Feeling), Score: x.Score, Words: words[:min(len(words), mostWords)]}
		if at >= 0 {
			out[k].About = wordsIn(text, r.Themes[at])
		}
	}
	return out, ctx.Err()
}

// wordsIn are the words of a theme that a text has.
func wordsIn(text string, t comment.Theme) []string {
	var out []string
	folded := comment.Fold(text)
	for _, w := range t.Words {
		if strings.Contains(folded, comment.Fold(w)) && len(out) < mostWords {
			out = append(out, w)
		}
	}
	return out
}

const (
	longestShown = 400 // characters of a comment
	mostWords    = 6   // that counted
)

// Learnt reports whether sentiment is more than the word list.
func (s CommentsState) Learnt() bool {
	return s.Reading != nil && s.Reading.Method.ID != comment.ByLexicon
}

// Features are the columns that a segmentation by comments begins with: how much, how
// satisfied, and about what most.
func (s CommentsState) Features() []string {
	if s.All == nil || s.All.Customers < 2 {
		return nil
	}
	out := []string{comment.FeatureCount, comment.FeatureMean, comment.FeatureNegative}
	for _, t := range s.All.Themes[:min(5, len(s.All.Themes))] {
		out = append(out, comment.FeatureTheme+t.ID)
	}
	return out
}
