package ingest

import (
	"slices"

	"qunxiang/core/ingest/internal/text"
)

// KnownEncoding reports whether a file can be read in an encoding of this name.
func KnownEncoding(name string) bool { return text.Canonical(name) != "" }

// Unmistakable reports an encoding that bytes show without doubt: UTF-8 and UTF-16 do, the
// older ones are told from each other by what is likely.
func Unmistakable(name string) bool {
	return slices.Contains([]string{text.UTF8, text.UTF8BOM, text.UTF16LE, text.UTF16BE}, text.Canonical(name))
}
