package privacy

import "qunxiang/core"

// Kind is what the cells of a column are. The id is stable; its text is
// i18n "privacy.kind."+Kind.
type Kind string

// The kinds of columns.
const (
	None Kind = "" // nothing that this package knows

	// Direct identifiers.
	Phone        Kind = "phone"         // Chinese mobile number
	Landline     Kind = "landline"      // Chinese fixed-line or service number
	ForeignPhone Kind = "foreign_phone" // number with a country code, or in North American form
	Email        Kind = "email"
	IDCard       Kind = "id_card" // resident identity card, of 18 or 15 digits
	Passport     Kind = "passport"
	BankCard     Kind = "bank_card"
	Account      Kind = "account"      // of a bank or payment service
	CompanyCode  Kind = "company_code" // unified social credit code
	Name         Kind = "name"         // of a person
	Address      Kind = "address"      // down to the street
	Plate        Kind = "plate"        // licence plate
	IP           Kind = "ip"
	Device       Kind = "device"
	Handle       Kind = "handle" // account of a social network or shop
	URL          Kind = "url"    // personal page

	// Quasi-identifiers.
	Birth     Kind = "birth"
	Age       Kind = "age"
	Sex       Kind = "sex"
	Region    Kind = "region"
	Job       Kind = "job"
	Education Kind = "education"
	Income    Kind = "income"
	Marital   Kind = "marital"
	Household Kind = "household"
	Note      Kind = "note" // free text, in which anything may stand

	// Sensitive.
	Health      Kind = "health"
	Religion    Kind = "religion"
	Ethnicity   Kind = "ethnicity"
	Politics    Kind = "politics"
	Union       Kind = "union"
	Orientation Kind = "orientation"
	Biometric   Kind = "biometric"
	Location    Kind = "location" // precise, or where somebody went
	Minor       Kind = "minor"    // about a child
	Crime       Kind = "crime"
)

// direct, quasi and sensitive list the kinds in the order in which headers are asked for
// them: what is narrower comes first.
var (
	direct    = [...]Kind{IDCard, Passport, BankCard, Account, CompanyCode, Email, Device, IP, Plate, Phone, Landline, ForeignPhone, Handle, Name, Address, URL}
	sensitive = [...]Kind{Health, Religion, Ethnicity, Politics, Union, Orientation, Biometric, Location, Minor, Crime}
	quasi     = [...]Kind{Birth, Age, Sex, Marital, Education, Income, Household, Region, Job, Note}
)

// Kinds lists every kind.
func Kinds() []Kind {
	var out []Kind
	out = append(out, direct[:]...)
	out = append(out, sensitive[:]...)
	return append(out, quasi[:]...)
}

// Class returns the class of a kind: a measure for None and for kinds that are not known.
func (k Kind) Class() core.FieldClass {
	for _, list := range [...]struct {
		kinds []Kind
		class core.FieldClass
	}{{direct[:], core.ClassDirect}, {sensitive[:], core.ClassSensitive}, {quasi[:], core.ClassQuasi}} {
		for _, o := range list.kinds {
			if o == k {
				return list.class
			}
		}
	}
	return core.ClassMeasure
}

// Sensitive reports whether a kind is sensitive personal information by article 28 of the
// PIPL whatever else it is: identity documents and financial accounts are direct
// identifiers and sensitive too.
func (k Kind) Sensitive() bool {
	switch k {
	case IDCard, Passport, BankCard, Account:
		return true
	}
	return k.Class() == core.ClassSensitive
}

// Hidden reports whether cells of a class are shown masked unless somebody asks for more.
func Hidden(c core.FieldClass) bool { return c == core.ClassDirect || c == core.ClassSensitive }
