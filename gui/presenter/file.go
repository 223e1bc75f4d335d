package presenter

import (
	"io"
	"os"
	"path/filepath"

	"qunxiang/core"
	"qunxiang/core/ingest"
)

// maxText bounds a text file that the user picks for a parameter.
const maxText = 1 << 20

// ReadText reads a small text file that the user picked. It returns core.Error
// with code file_read, file_too_large or file_not_text.
func ReadText(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", &core.Error{Code: "file_read", Origin: core.OriginUser, Op: "read", Where: core.Where{File: filepath.Base(path)}, Err: err}
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxText+1))
	if err != nil {
		return "", &core.Error{Code: "file_read", Origin: core.OriginApp, Op: "read", Where: core.Where{File: filepath.Base(path)}, Err: err}
	}
	if len(b) > maxText {
		return "", &core.Error{Code: "file_too_large", Origin: core.OriginUser, Op: "read", Where: core.Where{File: filepath.Base(path)}}
	}
	s, ok := ingest.Text(b)
	if !ok {
		return "", &core.Error{Code: "file_not_text", Origin: core.OriginUser, Op: "read", Where: core.Where{File: filepath.Base(path)}}
	}
	return s, nil
}

// WriteText writes a small text file whole or not at all. It returns core.Error
// with code file_write.
func WriteText(path, text string) error {
	wrap := func(err error) error {
		return &core.Error{Code: "file_write", Origin: core.OriginApp, Op: "write", Where: core.Where{File: filepath.Base(path)}, Err: err}
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".qunxiang-*")
	if err != nil {
		return wrap(err)
	}
	defer os.Remove(f.Name()) // gone already when all went well
	if _, err := f.WriteString(text); err != nil {
		f.Close()
		return wrap(err)
	}
	if err := f.Close(); err != nil {
		return wrap(err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return wrap(err)
	}
	return nil
}
