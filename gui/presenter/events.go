package presenter

import (
	"context"

	"qunxiang/core"
	"qunxiang/core/event"
	"qunxiang/core/feature"
	"qunxiang/sdk/table"
)

// Behaved is what the events' section needs of a project.
type Behaved interface {
	Events(ctx context.Context, asOf core.Date) (*event.Overview, error)
	FeaturesNamed(ctx context.Context, names []string) (*feature.Set, error)
}

// EventsState is what the section of behaviour shows.
type EventsState struct {
	Phase    Phase // Empty = the project has no events
	Busy     bool
	Err      error
	Overview *event.Overview
	Made     []EventFeature // what the events make of customers
}

// EventPair is how customers of one event have another.
type EventPair = event.Pair

// Tally counts one event or channel.
type Tally = event.Tally

// EventFeature is one column that the events make.
type EventFeature struct {
	Name      string
	Kind      string // what it means: the name, or the family that it is of
	Of        string // the event or channel of a family, "" = none
	Number    bool
	Customers int // with a value
}

// Events is the presenter of the section of behaviour.
type Events struct {
	Live[EventsState]
	exec    Exec
	desk    Desk
	session *Session
	cancel  func()
	serial  int
	read    int // revision of the project that was read
}

// NewEvents makes the presenter.
func NewEvents(desk Desk, exec Exec, session *Session) *Events {
	return &Events{desk: desk, exec: exec, session: session, read: -1}
}

func (v *Events) update(f func(*EventsState)) {
	st := v.state
	f(&st)
	v.set(st)
}

// Reset forgets everything: another project is open.
func (v *Events) Reset() {
	v.serial++
	if v.cancel != nil {
		v.cancel()
		v.cancel = nil
	}
	v.read = -1
	v.set(EventsState{})
}

type eventsRead struct {
	overview *event.Overview
	made     []EventFeature
}

// Load reads the events, as a task, unless they were read since the last change.
func (v *Events) Load() {
	p := v.session.Project()
	if p == nil {
		v.Reset()
		return
	}
	if v.read == p.Revision() && v.state.Phase == Ready || v.cancel != nil {
		return
	}
	v.serial++
	serial, revision := v.serial, p.Revision()
	v.update(func(s *EventsState) {
		s.Busy = true
		if s.Overview == nil {
			s.Phase = Loading
		}
	})
	var out eventsRead
	v.cancel = v.desk.Start("events", core.Message{Key: "gui.task.events"}, func(ctx context.Context, pr core.Progress) (err error) {
		pr(0, core.Message{Key: "gui.events.stage.count"})
		if out.overview, err = p.Events(ctx, core.NoDate); err != nil {
			return err
		}
		pr(0.5, core.Message{Key: "gui.events.stage.features"})
		out.made, err = eventFeatures(ctx, p, out.overview)
		return err
	}, func(err error) {
		v.exec.Post(func() {
			if serial == v.serial && v.session.Project() == p {
				v.cancel, v.read = nil, revision
				v.take(out, err)
			}
		})
	})
}

// Again reads the events anew.
func (v *Events) Again() {
	v.read = -1
	v.Load()
}

func (v *Events) take(r eventsRead, err error) {
	v.update(func(s *EventsState) {
		s.Busy = false
		switch {
		case core.CodeOf(err) == "no_events":
			s.Phase, s.Overview, s.Made = Empty, nil, nil
		case err != nil:
			s.Phase, s.Err, s.Overview = Failed, err, nil
		default:
			s.Phase, s.Err, s.Overview, s.Made = Ready, nil, r.overview, r.made
		}
	})
}

// eventFeatures are the columns of the table of features that come from events.
func eventFeatures(ctx context.Context, p Project, o *event.Overview) ([]EventFeature, error) {
	set, err := p.FeaturesNamed(ctx, eventNames(o))
	if err != nil {
		return nil, err
	}
	var out []EventFeature
	add := func(name, kind, of string) {
		c := set.Table.Column(name)
		if c == nil {
			return
		}
		out = append(out, EventFeature{Name: name, Kind: kind, Of: of, Number: c.Kind != table.Category, Customers: c.Len() - c.CountMissing()})
	}
	for _, name := range plainEvents() {
		add(name, name, "")
	}
	for _, t := range o.ByEvent {
		add(event.EventPrefix+t.Name, event.EventPrefix, t.Name)
	}
	for _, t := range o.ByChannel {
		add(event.ChannelPrefix+t.Name, event.ChannelPrefix, t.Name)
	}
	return out, nil
}

// plainEvents are the features that every project with events may have.
func plainEvents() []string {
	return []string{event.Count, event.Count30, event.Count90, event.Types, event.Days, event.Since, event.Trend, event.MainChannel}
}

func eventNames(o *event.Overview) []string {
	names := plainEvents()
	for _, t := range o.ByEvent {
		names = append(names, event.EventPrefix+t.Name)
	}
	for _, t := range o.ByChannel {
		names = append(names, event.ChannelPrefix+t.Name)
	}
	return names
}

// EventColumn is the feature that counts an event; ok is false where it has none.
func (s EventsState) EventColumn(name string) (column string, ok bool) {
	for _, f := range s.Made {
		if f.Kind == event.EventPrefix && f.Of == name {
			return f.Name, true
		}
	}
	return "", false
}

// Features are the columns that a segmentation by behaviour begins with: how much, how
// long ago, how varied, whether it becomes more, and the events of most customers.
func (s EventsState) Features() []string {
	var out []string
	events := 0
	for _, f := range s.Made {
		switch f.Kind {
		case event.Count90, event.Types, event.Since, event.Trend:
			out = append(out, f.Name)
		case event.EventPrefix:
			if events++; events <= 4 {
				out = append(out, f.Name)
			}
		}
	}
	return out
}
