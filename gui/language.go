package gui

import (
	"encoding/json"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"qunxiang/i18n"
	"qunxiang/sdk"
)

// machineLang is the language that Fyne found the machine in.
func machineLang() sdk.Lang {
	if l := lang.SystemLocale().LanguageString(); len(l) >= 2 && l[:2] == "zh" {
		return sdk.ZH
	}
	return sdk.EN
}

// fyneWords are the texts that Fyne's own menus and entries show, by Fyne's key.
func fyneWords() []string {
	return []string{"Advanced", "Cancel", "Confirm", "Copy", "Cut", "Error", "File", "Folder", "No", "OK", "Open", "Paste", "Quit", "Redo", "Save", "Select all", "Undo", "Yes"}
}

// setFyneLanguage makes Fyne's own texts follow the window's language. Fyne has no
// switch at run time (https://github.com/fyne-io/fyne/issues/5333); translations
// added for the locale in force replace what is there, so ours are added for every
// name that the locale may have.
func setFyneLanguage(l i18n.Locale) error {
	words := make(map[string]string, len(fyneWords()))
	for _, w := range fyneWords() {
		words[w] = l.T("fyne." + w)
	}
	b, err := json.Marshal(words)
	if err != nil {
		return err
	}
	for _, name := range []fyne.Locale{"en", "zh", "zh-Hans", "zh-CN-Hans", fyne.Locale(lang.SystemLocale().LanguageString())} {
		if err := lang.AddTranslationsForLocale(b, name); err != nil {
			return err
		}
	}
	return nil
}
