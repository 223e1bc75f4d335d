package i18n

// Word returns the text for a value of a column whose values are fixed words, such as the
// verdicts of evidence, or the title of the application's own feature of that id; any other value is returned as it stands.
func (l Locale) Word(column, value string) string {
	if text, ok := texts(l.Lang)["evidence.word."+column+"."+value]; ok {
		return text
	}
	if text, ok := texts(l.Lang)["feature."+value]; ok {
		return text
	}
	return value
}
