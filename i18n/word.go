package i18n

import "strings"

// Word returns the text for a value of a column whose values are fixed words, such as the
// verdicts of evidence, or the title of the application's own feature of that id; any other value is returned as it stands.
func (l Locale) Word(column, value string) string {
	if text, ok := l.text("evidence.word." + column + "." + value); ok {
		return text
	}
	if text, ok := l.text("feature." + value); ok {
		return text
	}
	if column == "feature" {
		return l.Feature(value)
	}
	return value
}

// FeaturePrefixes begin the ids of the application's own features that have a name of the
// user's in them: of an event, a channel, a scale.
func FeaturePrefixes() []string { return []string{"channel_share_", "event_", "scale_", "theme_"} }

// Feature returns the title of the application's own feature of the id, the id where it is
// none.
func (l Locale) Feature(id string) string {
	if text, ok := l.text("feature." + id); ok {
		return text
	}
	for _, prefix := range FeaturePrefixes() {
		if name, ok := strings.CutPrefix(id, prefix); ok && name != "" {
			return l.T("feature."+prefix, "name", name)
		}
	}
	return id
}
