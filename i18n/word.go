package i18n

// Word returns the text for a value of a column whose values are fixed words, such as the
// verdicts of evidence; any other value is returned as it stands.
func (l Locale) Word(column, value string) string {
	if text, ok := texts(l.Lang)["evidence.word."+column+"."+value]; ok {
		return text
	}
	return value
}
