package sdk

// MoneySign stands before an amount of money in a sentence of a method, directly before its
// digits: the host knows the project's currency and puts its sign there.
const MoneySign = "¤"

// Lang is a display language. The values are BCP 47 tags.
type Lang string

// The two languages that every text exists in.
const (
	ZH Lang = "zh-CN"
	EN Lang = "en"
)

// Text is one text for people in both languages. A text that is shown has both;
// the zero Text is "no text".
type Text struct {
	ZH string `json:"zh-CN"`
	EN string `json:"en"`
}

// In returns the text in the language l: Chinese for ZH, otherwise English. A
// missing half falls back to the other.
func (t Text) In(l Lang) string {
	if l == ZH && t.ZH != "" || t.EN == "" {
		return t.ZH
	}
	return t.EN
}

// IsZero reports whether both halves are empty.
func (t Text) IsZero() bool { return t == Text{} }
