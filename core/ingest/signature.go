package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"qunxiang/core"
	"qunxiang/core/ingest/internal/text"
)

// signature names the format of a file that is no delimited text, by its content:
// "zip", "gzip", "bzip2", "zstd", "cfb" (compound file), "biff", "parquet", "html", "xml", "json";
// "" for text.
func signature(head []byte) string {
	for _, k := range [...]struct{ magic, format string }{
		{"PK\x03\x04", "zip"},
		{"PK\x05\x06", "zip"},
		{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "cfb"},
		{"\x09\x08\x10\x00", "biff"},
		{"\x09\x08\x08\x00", "biff"},
		{"\x09\x04\x06\x00", "biff"},
		{"\x09\x02\x06\x00", "biff"},
		{"\x09\x00\x04\x00", "biff"},
		{"PAR1", "parquet"},
		{"\x1F\x8B", "gzip"},
		{"\x28\xB5\x2F\xFD", "zstd"},
	} {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return k.format
		}
	}
	if len(head) > 9 && bytes.HasPrefix(head, []byte("BZh")) && (bytes.HasPrefix(head[4:], []byte("1AY&SY")) || bytes.HasPrefix(head[4:], []byte("\x17\x72\x45\x38\x50\x90"))) {
		return "bzip2" // pi begins a block, its root an empty file
	}
	return markup(head)
}

// markup recognises the formats that are text: a table is hardly ever one of them by
// accident, so that little is asked of its first bytes.
func markup(head []byte) string {
	n, name := text.BOM(head)
	b := head[n:]
	switch name {
	case text.UTF16LE, text.UTF16BE:
		if d := text.Decoder(name); d != nil {
			b, _ = d.Bytes(b[:min(len(b)&^1, 64<<10)]) // what cannot be decoded is no markup
		}
	case "":
		if len(b) > 1 && b[0] == '<' && b[1] == 0 { // no mark
			b, _ = text.Decoder(text.UTF16LE).Bytes(b[:min(len(b)&^1, 64<<10)])
		}
	}
	b = bytes.TrimLeft(b, " \t\r\n")
	if len(b) == 0 {
		return ""
	}
	switch b[0] {
	case '<':
		return tagged(b)
	case '{', '[':
		if beginsObjects(b) {
			return "json"
		}
	}
	return ""
}

// tagged tells web pages from workbooks among documents of tags.
func tagged(b []byte) string {
	low := bytes.ToLower(b)
	switch {
	case bytes.Contains(low, []byte("urn:schemas-microsoft-com:office:spreadsheet")) && bytes.Contains(low, []byte("workbook")) && !bytes.Contains(low, []byte("<table")) || bytes.Contains(low, []byte("<workbook")):
		return "xml"
	case bytes.Contains(low, []byte("<office:document")):
		return "fods"
	case bytes.Contains(low, []byte("<table")), bytes.HasPrefix(low, []byte("<!doctype html")), bytes.HasPrefix(low, []byte("<html")):
		return "html"
	}
	return ""
}

// beginsObjects reports whether text begins with an object of JSON, alone or in an array. The
// text may end inside of it, as the head of a file does.
func beginsObjects(b []byte) bool {
	if b[0] == '[' {
		if b = bytes.TrimLeft(b[1:], " \t\r\n"); len(b) == 0 {
			return false
		}
		if b[0] == ']' {
			return len(bytes.TrimSpace(b[1:])) == 0
		}
	}
	if b[0] != '{' {
		return false
	}
	var first json.RawMessage
	err := json.NewDecoder(bytes.NewReader(b)).Decode(&first)
	rest := bytes.TrimLeft(b[1:], " \t\r\n")
	named := len(rest) > 0 && rest[0] == '"' && bytes.Contains(rest[:min(len(rest), 4096)], []byte(`":`))
	return err == nil && (named || len(rest) > 0 && rest[0] == '}') || named && errors.Is(err, io.ErrUnexpectedEOF)
}

// foreign recognises files that hold no table, whatever their name says.
func foreign(head []byte) *core.Error {
	for _, k := range [...]struct{ magic, code, what string }{
		{"%PDF", "not_a_table", "PDF"},
		{"7z\xBC\xAF", "compressed_file", "7Z"},
		{"\xFD7zXZ", "compressed_file", "XZ"},
		{"Rar!", "compressed_file", "RAR"},
		{"\x89PNG", "not_a_table", "PNG"},
		{"\xFF\xD8\xFF", "not_a_table", "JPEG"},
		{"GIF8", "not_a_table", "GIF"},
		{"SQLite format 3", "not_a_table", "SQLite"},
		{"{\\rtf", "not_a_table", "RTF"},
		{"MIME-Version:", "not_a_table", "MHTML"},
	} {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return dataErrorArgs(k.code, core.Where{}, core.Args{"format": k.what})
		}
	}
	return nil
}
