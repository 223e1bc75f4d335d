package core

// Records are what customers said or did beside their purchases: the answers of a
// survey, comments, or events. A row is one answered questionnaire, one comment, one
// event. They are immutable once built.
//
// A project holds one Records of comments, one of events, and one for each survey.
type Records struct {
	Kind      SourceKind // SourceSurvey, SourceComments or SourceEvents
	Name      string     // of a survey; "" for comments and events
	Customers *Dict      // keys of the customers of Customer
	Customer  []uint32   // code into Customers; every row has one
	Day       []Date     // NoDate = the row has none; nil = the file had none
	// Columns are the cells by name, as many as rows each. Comments have "text" (a
	// category: its dictionary holds the distinct texts) and may have "rating" (numbers);
	// events have "event" (a category); both may have "channel". Every other column keeps
	// its header as its name. The columns of a survey are its items.
	Columns []AttributeColumn
}

// The names of the columns of comments and events that are known by their role.
const (
	ColumnText    = "text"
	ColumnRating  = "rating"
	ColumnEvent   = "event"
	ColumnChannel = "channel"
	ColumnWeight  = "weight" // of a respondent of a survey, numbers
)

// Rows returns the number of rows.
func (r *Records) Rows() int {
	if r == nil {
		return 0
	}
	return len(r.Customer)
}

// Column returns the column with the name, nil where there is none.
func (r *Records) Column(name string) *AttributeColumn {
	if r == nil {
		return nil
	}
	for i := range r.Columns {
		if r.Columns[i].Name == name {
			return &r.Columns[i]
		}
	}
	return nil
}
