package ingest

import "qunxiang/core/ingest/internal/text"

// Text returns the content of a small text file as UTF-8, whatever encoding an import
// would find in it, without a byte order mark; ok is false for what is no text.
func Text(b []byte) (s string, ok bool) {
	name, _ := text.Detect(b)
	if name == "" {
		return "", false
	}
	n, _ := text.BOM(b)
	b = b[n:]
	if d := text.Decoder(name); d != nil {
		var err error
		if b, err = d.Bytes(b); err != nil {
			return "", false
		}
	}
	return string(b), true
}
