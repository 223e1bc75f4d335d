package e2e_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// document reads standard output of the last command, which must be exactly one JSON
// document.
func document(ts *testscript.TestScript) any {
	d := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		ts.Fatalf("standard output is no JSON: %v", err)
	}
	if d.More() {
		ts.Fatalf("standard output is more than one JSON document")
	}
	return v
}

// at follows a path such as segments.0.name.en; "len" is the length of a list.
func at(v any, path string) (any, error) {
	if path == "." {
		return v, nil
	}
	for step := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			next, ok := x[step]
			if !ok {
				return nil, fmt.Errorf("%s: there is no %q beside %v", path, step, slices.Sorted(maps.Keys(x)))
			}
			v = next
		case []any:
			if step == "len" {
				v = json.Number(strconv.Itoa(len(x)))
				continue
			}
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(x) {
				return nil, fmt.Errorf("%s: no position %q in a list of %d", path, step, len(x))
			}
			v = x[i]
		default:
			return nil, fmt.Errorf("%s: nothing below %v", path, v)
		}
	}
	return v, nil
}

// jsonAt checks a value of the last answer: json PATH VALUE. Strings are compared as
// they are, everything else by its JSON text.
func jsonAt(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] json PATH VALUE")
	}
	v, err := at(document(ts), args[0])
	ts.Check(err)
	got, ok := v.(string)
	if !ok {
		b, err := json.Marshal(v)
		ts.Check(err)
		got = string(b)
	}
	if (got == args[1]) == neg {
		ts.Fatalf("%s is %s, want %s (negated: %v)", args[0], got, args[1], neg)
	}
}

// jsonKeys checks that an object of the last answer has at least these keys, in any
// order: keys PATH KEY…
func jsonKeys(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: keys PATH KEY…")
	}
	v, err := at(document(ts), args[0])
	ts.Check(err)
	o, ok := v.(map[string]any)
	if !ok {
		ts.Fatalf("%s is no object", args[0])
	}
	for _, k := range args[1:] {
		if _, ok := o[k]; !ok {
			ts.Fatalf("%s has no %q, it has %v", args[0], k, slices.Sorted(maps.Keys(o)))
		}
	}
}

// encode writes a UTF-8 file in another encoding: encode NAME IN OUT.
func encode(ts *testscript.TestScript, _ bool, args []string) {
	e, ok := map[string]encoding.Encoding{
		"gbk":       simplifiedchinese.GBK,
		"gb18030":   simplifiedchinese.GB18030,
		"utf-16le":  unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
		"utf-16be":  unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
		"utf-8-bom": unicode.UTF8BOM,
	}[args[0]]
	if !ok {
		ts.Fatalf("no encoding %q", args[0])
	}
	b, err := e.NewEncoder().Bytes([]byte(ts.ReadFile(args[1])))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), b, 0o644))
}

// lines rewrites the line ends: lines crlf|lf|cr IN OUT.
func lines(ts *testscript.TestScript, _ bool, args []string) {
	end := map[string]string{"crlf": "\r\n", "lf": "\n", "cr": "\r"}[args[0]]
	text := strings.ReplaceAll(ts.ReadFile(args[1]), "\r\n", "\n")
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(strings.ReplaceAll(text, "\n", end)), 0o644))
}

// shuffle puts the rows below the header into another order: shuffle IN OUT.
func shuffle(ts *testscript.TestScript, _ bool, args []string) {
	rows := strings.SplitAfter(strings.TrimSuffix(ts.ReadFile(args[0]), "\n"), "\n")
	rows[len(rows)-1] += "\n"
	body := rows[1:]
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(body), func(i, j int) { body[i], body[j] = body[j], body[i] })
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Join(rows, "")), 0o644))
}

// cut keeps the first bytes of a file: cut BYTES IN OUT.
func cut(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	b := []byte(ts.ReadFile(args[1]))
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), b[:min(n, len(b))], 0o644))
}

// workbook makes an XLSX file of a CSV; numbers become numbers: workbook IN.csv OUT.xlsx.
func workbook(ts *testscript.TestScript, _ bool, args []string) {
	rows, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[0]))).ReadAll()
	ts.Check(err)
	f := excelize.NewFile()
	for i, row := range rows {
		for j, text := range row {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			ts.Check(err)
			if v, err := strconv.ParseFloat(text, 64); err == nil {
				ts.Check(f.SetCellValue("Sheet1", cell, v))
			} else {
				ts.Check(f.SetCellValue("Sheet1", cell, text))
			}
		}
	}
	var b bytes.Buffer
	ts.Check(f.Write(&b))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o644))
}

// column takes columns of a CSV by name and sorts the rows: column IN OUT NAME…
func column(ts *testscript.TestScript, _ bool, args []string) {
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(ts.ReadFile(args[0]), "\ufeff"))).ReadAll()
	ts.Check(err)
	var out []string
	for _, row := range rows[1:] {
		var cells []string
		for _, name := range args[2:] {
			at := slices.Index(rows[0], name)
			if at < 0 {
				ts.Fatalf("%s has no column %q, it has %q", args[0], name, rows[0])
			}
			cells = append(cells, row[at])
		}
		out = append(out, strings.Join(cells, ","))
	}
	slices.Sort(out)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Join(out, "\n")+"\n"), 0o644))
}

// same compares two files byte by byte, binary ones too: [!] same A B.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if (ts.ReadFile(args[0]) == ts.ReadFile(args[1])) == neg {
		ts.Fatalf("%s and %s: equal is %v", args[0], args[1], !neg == false)
	}
}

// only checks that a folder holds these files and no others: only DIR NAME…
func only(ts *testscript.TestScript, _ bool, args []string) {
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	want := slices.Sorted(slices.Values(args[1:]))
	if !slices.Equal(got, want) {
		ts.Fatalf("%s holds %q, want %q", args[0], got, want)
	}
}

// scale divides a column of decimal numbers by a power of ten, exactly and however
// many decimals that takes: scale DIGITS COLUMN IN OUT. The price, if there is one, is
// divided too, so that the file stays in one unit.
func scale(ts *testscript.TestScript, _ bool, args []string) {
	digits, err := strconv.Atoi(args[0])
	ts.Check(err)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(ts.ReadFile(args[2]), "\ufeff"))).ReadAll()
	ts.Check(err)
	var columns []int
	for _, name := range []string{args[1], "Unit Price"} {
		if at := slices.Index(rows[0], name); at >= 0 {
			columns = append(columns, at)
		}
	}
	if len(columns) == 0 {
		ts.Fatalf("no column %q in %q", args[1], rows[0])
	}
	for _, row := range rows[1:] {
		for _, at := range columns {
			if v, ok := new(big.Rat).SetString(row[at]); ok {
				v.Quo(v, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)))
				row[at] = v.FloatString(digits + 2)
			}
		}
	}
	var b bytes.Buffer
	ts.Check(csv.NewWriter(&b).WriteAll(rows))
	ts.Check(os.WriteFile(ts.MkAbs(args[3]), b.Bytes(), 0o644))
}

// flip inverts the bits of one byte: flip POSITION IN OUT; a negative position counts
// from the end.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	at, err := strconv.Atoi(args[0])
	ts.Check(err)
	b := []byte(ts.ReadFile(args[1]))
	if at < 0 {
		at += len(b)
	}
	b[at] ^= 0xff
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), b, 0o600))
}

// sheet writes the first sheet of a workbook as CSV: sheet IN.xlsx OUT.csv.
func sheetCSV(ts *testscript.TestScript, _ bool, args []string) {
	f, err := excelize.OpenReader(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	rows, err := f.GetRows(f.GetSheetName(0))
	ts.Check(err)
	var b bytes.Buffer
	ts.Check(csv.NewWriter(&b).WriteAll(rows))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o644))
}
