package cli

import (
	"strings"

	"qunxiang/core"
	"qunxiang/sdk"
)

// language returns the language of the answer: the last --lang on the command line,
// otherwise the locale's (LC_ALL, LC_MESSAGES, LANG, the first that is set): Chinese
// for zh*, English for the rest. A --lang that is neither is an error, and the
// returned language is then the locale's.
func language(words []string, getenv func(string) string) (sdk.Lang, error) {
	lang := localeLanguage(getenv)
	for i, w := range words {
		if w == "--" {
			break
		}
		value, found := strings.CutPrefix(w, "--lang=")
		if w == "--lang" && i+1 < len(words) {
			value, found = words[i+1], true
		}
		if !found {
			continue
		}
		l, ok := parseLang(value)
		if !ok {
			return lang, misuse("usage_bad_value", core.Args{"flag": "--lang", "value": value, "want": core.Message{Key: "cli.want.lang"}})
		}
		lang = l
	}
	return lang, nil
}

func localeLanguage(getenv func(string) string) sdk.Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			if strings.HasPrefix(strings.ToLower(v), "zh") {
				return sdk.ZH
			}
			return sdk.EN
		}
	}
	return sdk.EN
}

// parseLang reads a language tag, generously: zh, zh-CN, zh_CN.UTF-8, en, en-GB.
func parseLang(s string) (sdk.Lang, bool) {
	base, _, _ := strings.Cut(strings.ToLower(s), ".")
	base, _, _ = strings.Cut(strings.ReplaceAll(base, "_", "-"), "-")
	switch base {
	case "zh":
		return sdk.ZH, true
	case "en":
		return sdk.EN, true
	}
	return "", false
}
