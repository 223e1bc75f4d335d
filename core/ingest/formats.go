package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"os"
	"strings"

	"qunxiang/core/ingest/book"
	"qunxiang/core/ingest/objects"
	"qunxiang/core/ingest/pack"
	"qunxiang/core/ingest/parquetfile"
	"qunxiang/core/ingest/sheetxml"
	"qunxiang/core/ingest/webtable"
	"qunxiang/core/ingest/xls"
	"qunxiang/core/ingest/xlsx"
)

// openBook opens a file that is no delimited text, by its signature: it is what runs in
// the reading process.
func openBook(ctx context.Context, f *os.File, tick func()) (book.Reader, string, error) {
	head, size, err := headOf(f)
	if err != nil {
		return nil, "", err
	}
	return openFormat(ctx, f, head, size, tick)
}

func openFormat(ctx context.Context, f io.ReaderAt, head []byte, size int64, tick func()) (r book.Reader, format string, err error) {
	switch format = signature(head); format {
	case "zip":
		return openZip(ctx, f, size, tick)
	case "gzip":
		return pack.Gzip(f, size), format, nil
	case "bzip2":
		return pack.Bzip2(f, size), format, nil
	case "zstd":
		return pack.Zstd(f, size), format, nil
	case "cfb", "biff":
		r, err = xls.Open(f, size)
		return r, "xls", err
	case "parquet":
		r, err = parquetfile.Open(f, size)
	case "html":
		r, err = webtable.Open(ctx, f, size, tick)
	case "json":
		r, err = objects.Open(ctx, f, size, tick)
	case "xml":
		r, err = sheetxml.OpenExcel2003(ctx, f, size, tick)
	case "fods":
		r, err = sheetxml.OpenFlat(ctx, f, size, tick)
		return r, "ods", err
	default:
		err = &book.Error{Code: book.NotBook, Detail: format}
	}
	return r, format, err
}

// openZip tells workbooks from other archives by what is in them.
func openZip(ctx context.Context, f io.ReaderAt, size int64, tick func()) (book.Reader, string, error) {
	z, err := pack.Directory(f, size)
	if err != nil {
		return nil, "zip", err
	}
	switch kind := zipKind(z); kind {
	case "xlsx":
		r, err := xlsx.Open(f, size)
		return r, kind, err
	case "ods":
		r, err := sheetxml.OpenODS(ctx, z, tick)
		return r, kind, err
	case "zip":
		r, err := pack.Zip(f, size, z)
		return r, kind, err
	case "xlsb":
		return nil, "zip", &book.Error{Code: book.Refused, Detail: "xlsb"}
	default:
		return nil, "zip", &book.Error{Code: book.NotBook, Detail: kind}
	}
}

// zipKind names what an archive is: "xlsx", "xlsb", "ods", "zip", or a document that holds
// no table.
func zipKind(z *zip.Reader) string {
	kind := "zip"
	for _, e := range z.File {
		switch name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(e.Name, `\`, "/"), "/")); {
		case name == "mimetype":
			if k := mimeKind(e); k != "" {
				return k
			}
		case name == "xl/workbook.bin":
			return "xlsb"
		case name == "word/document.xml":
			return "DOCX"
		case name == "ppt/presentation.xml":
			return "PPTX"
		case name == "[content_types].xml" || name == "_rels/.rels" || strings.HasPrefix(name, "xl/"):
			kind = "xlsx"
		}
	}
	return kind
}

// mimeKind reads what an OpenDocument says of itself.
func mimeKind(e *zip.File) string {
	r, err := e.Open()
	if err != nil {
		return ""
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, 200))
	switch {
	case err != nil || !bytes.HasPrefix(b, []byte("application/")):
		return ""
	case bytes.Contains(b, []byte("opendocument.spreadsheet")):
		return "ods"
	case bytes.Contains(b, []byte("opendocument")):
		return "OpenDocument"
	case bytes.Contains(b, []byte("epub")):
		return "EPUB"
	}
	return ""
}
