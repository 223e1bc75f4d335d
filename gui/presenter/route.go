package presenter

import "slices"

// Page names a page of the window.
type Page string

// The pages, in the order of the rail.
const (
	PageHome      Page = "home"
	PageData      Page = "data"
	PageCustomers Page = "customers"
	PageSegment   Page = "segment"
	PageResults   Page = "results"
	PageCompare   Page = "compare"
	PageReports   Page = "reports"
	PageMethods   Page = "methods"
	PageLearn     Page = "learn"
	PageSettings  Page = "settings"
)

// Pages lists the pages in the order of the rail.
func Pages() []Page {
	return []Page{PageHome, PageData, PageCustomers, PageSegment, PageResults, PageCompare, PageReports, PageMethods, PageLearn, PageSettings}
}

// Route says what the window shows: a page and what of it.
type Route struct {
	Page     Page
	Section  string   // of a page with several, "" = the first
	Name     string   // of a segmentation: Results, Customers
	Run      int      // 0 = newest
	Segments []int    // positions: Customers shows these only
	Rows     []int32  // rows of the segmentation: Customers shows these only
	Excluded string   // reason: Customers shows whom the segmentation left out for it
	Method   string   // Segment: the method's form at once; Methods: its description
	Where    string   // Customers: expression
	Within   string   // Segment: only the customers of NAME/SEGMENT
	Features []string // Segment: the columns that the method begins with
	// WithinTitle names Within for people.
	WithinTitle string
}

// Same reports whether two routes show the same.
func (r Route) Same(b Route) bool {
	return r.Page == b.Page && r.Name == b.Name && r.Section == b.Section && r.Run == b.Run && r.Method == b.Method && r.Where == b.Where && r.Excluded == b.Excluded && r.Within == b.Within &&
		slices.Equal(r.Features, b.Features) && slices.Equal(r.Segments, b.Segments) && slices.Equal(r.Rows, b.Rows)
}
