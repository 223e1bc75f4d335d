package core

// FieldClass is how far a column tells who somebody is, or what nobody should know of
// them. Package privacy finds it; docs/privacy.md has the law behind it.
type FieldClass string

// The classes of columns.
const (
	ClassKey       FieldClass = "key"       // the business's own code of the customer
	ClassDirect    FieldClass = "direct"    // names somebody by itself: phone, e-mail, identity card …
	ClassQuasi     FieldClass = "quasi"     // narrows somebody down beside others: age, region, job …
	ClassSensitive FieldClass = "sensitive" // harms somebody when it is known: health, religion …
	ClassMeasure   FieldClass = "measure"   // everything else: what they bought and did
)

// FieldClasses lists the classes, the most harmless last.
func FieldClasses() []FieldClass {
	return []FieldClass{ClassDirect, ClassSensitive, ClassQuasi, ClassKey, ClassMeasure}
}
