package sdk

// ParamKind is the type of a parameter; the host makes a form field of it.
type ParamKind uint8

// The kinds of parameters.
const (
	ParamInt     ParamKind = iota + 1 // whole number in Min…Max
	ParamReal                         // number in Min…Max
	ParamBool                         // switch
	ParamChoice                       // one of Choices
	ParamText                         // free text
	ParamTexts                        // several texts (repeatable on the command line)
	ParamNumbers                      // list of numbers, each in Min…Max; Items of them where Items > 0
	ParamColumn                       // name of one column that the user picks
	ParamFile                         // the content of a text file that the user picks (never its path)
)

// HostUse marks a parameter that the host itself acts on when it prepares the
// table; the method still receives the value.
type HostUse uint8

// What the host does with a parameter.
const (
	HostNone   HostUse = iota
	HostWindow         // months of history before the as-of date that count; 0 = all
	HostExpr           // expressions of package sdk/expr: a ParamText holds one, each of ParamTexts one after "NAME:"; the columns that they mention, and no other role has, fill the role that names the parameter
)

// Param describes one parameter of a method.
type Param struct {
	ID       string    `json:"id"` // as in --set id=value; never renamed
	Kind     ParamKind `json:"kind"`
	Title    Text      `json:"title"`
	Help     Text      `json:"help"`
	Unit     Text      `json:"unit,omitzero"`
	Default  Value     `json:"default"` // KindNone = empty
	Auto     bool      `json:"auto,omitempty"`
	Min      *float64  `json:"min,omitempty"`
	Max      *float64  `json:"max,omitempty"`
	Choices  []Choice  `json:"choices,omitempty"`
	Items    int       `json:"items,omitempty"`    // ParamNumbers: exact count, 0 = any
	Rising   bool      `json:"rising,omitempty"`   // ParamNumbers: strictly rising
	Advanced bool      `json:"advanced,omitempty"` // folded away in the form
	Group    Text      `json:"group,omitzero"`
	When     *When     `json:"when,omitempty"` // shown only when another parameter has one of these values
	Host     HostUse   `json:"host,omitempty"`
}

// Choice is one value of a ParamChoice.
type Choice struct {
	ID    string `json:"id"`
	Title Text   `json:"title"`
	Help  Text   `json:"help,omitzero"`
}

// When is a condition on another parameter of the same method.
type When struct {
	Param string   `json:"param"`
	Is    []string `json:"is"` // values as the command line writes them
}

// Bound returns a pointer to v, for Param.Min and Param.Max.
func Bound(v float64) *float64 { return &v }
