package presenter

import (
	"slices"
	"time"

	"qunxiang/sdk"
)

// Settings are the choices of the person at this machine. They are kept in a file
// of their own, never in a project.
type Settings struct {
	Lang      sdk.Lang `json:"lang"`
	Theme     string   `json:"theme"`    // "system", "light" or "dark"
	TextScale float64  `json:"textSize"` // 0 = 1
	Folder    string   `json:"folder"`   // of the last file dialog
	Width     float32  `json:"width"`
	Height    float32  `json:"height"`
	Recent    []Recent `json:"recent"`
}

// Recent is a project that was open here, with what its card shows.
type Recent struct {
	Path      string        `json:"path"`
	Name      string        `json:"name"`
	Currency  string        `json:"currency"`
	Opened    time.Time     `json:"opened"`
	Customers int           `json:"customers"`
	Orders    int           `json:"orders"`
	Amount    float64       `json:"amount"`
	LastDate  string        `json:"lastDate"`
	Result    string        `json:"result"` // name of the newest segmentation
	Segments  []RecentShare `json:"segments"`
	// What changed when the project was last open here: customers and runs more.
	NewCustomers int `json:"newCustomers"`
	NewRuns      int `json:"newRuns"`
	Runs         int `json:"runs"`
}

// RecentShare is one segment of a card's small chart.
type RecentShare struct {
	ID   int      `json:"id"` // decides the colour
	Name sdk.Text `json:"name"`
	Size int      `json:"size"`
}

// maxRecent is the number of projects remembered; a dozen cards fit the page.
const maxRecent = 12

// withRecent returns s with r in front.
func (s Settings) withRecent(r Recent) Settings {
	out := make([]Recent, 0, maxRecent)
	out = append(out, r)
	for _, o := range s.Recent {
		if o.Path != r.Path && len(out) < maxRecent {
			out = append(out, o)
		}
	}
	s.Recent = out
	return s
}

func (s Settings) withoutRecent(path string) Settings {
	s.Recent = slices.DeleteFunc(slices.Clone(s.Recent), func(r Recent) bool { return r.Path == path })
	return s
}

func (s Settings) recent(path string) (Recent, bool) {
	i := slices.IndexFunc(s.Recent, func(r Recent) bool { return r.Path == path })
	if i < 0 {
		return Recent{}, false
	}
	return s.Recent[i], true
}

// SettingsStore keeps Settings between starts.
type SettingsStore interface {
	Load() Settings
	Save(Settings) error
}
