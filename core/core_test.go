package core_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"qunxiang/core"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

func TestYMDAgreesWithTime(t *testing.T) {
	t.Parallel()
	for d := time.Date(1890, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() < 2110; d = d.AddDate(0, 0, 13) {
		got := core.YMD(d.Year(), int(d.Month()), d.Day())
		if !got.Time().Equal(d) || got != core.DateOf(d) {
			t.Fatalf("%s became %s", d.Format(time.DateOnly), got)
		}
	}
}

func TestDateAsText(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal([]core.Date{core.YMD(2024, 2, 29), core.NoDate})
	if err != nil || string(b) != `["2024-02-29",""]` {
		t.Fatalf("%s %v", b, err)
	}
	var back []core.Date
	if err := json.Unmarshal(b, &back); err != nil || back[0] != core.YMD(2024, 2, 29) || back[1] != core.NoDate {
		t.Errorf("%v %v", back, err)
	}
	if _, err := core.ParseDate("2023-02-29"); err == nil {
		t.Error("a day that does not exist was read")
	}
}

func TestDict(t *testing.T) {
	t.Parallel()
	d := &core.Dict{}
	for _, s := range []string{"", "甲", "b"} {
		d.AppendString(s)
	}
	if d.Len() != 3 || d.At(0) != "" || d.At(1) != "甲" || d.At(2) != "b" {
		t.Errorf("heap form: %q %q %q", d.At(0), d.At(1), d.At(2))
	}
	n := &core.Dict{Prefix: "INV", Width: 5, Numbers: []uint32{7, 123456}}
	if n.At(0) != "INV00007" || n.At(1) != "INV123456" {
		t.Errorf("number form: %q %q", n.At(0), n.At(1))
	}
	var none *core.Dict
	if none.Len() != 0 {
		t.Error("a nil dictionary has entries")
	}
}

func TestAsError(t *testing.T) {
	t.Parallel()
	own := &core.Error{Code: "no_date_column", Origin: core.OriginData, Where: core.Where{Row: 3}}
	wrapped := fmt.Errorf("import: %w", own)
	if got := core.AsError(wrapped); got != own {
		t.Errorf("AsError lost the error: %v", got)
	}
	if !errors.Is(wrapped, &core.Error{Code: "no_date_column"}) {
		t.Error("errors.Is does not match by code")
	}
	if got := core.AsError(context.Canceled); got.Origin != core.OriginCancelled || core.CodeOf(context.Canceled) != core.CodeCancelled {
		t.Errorf("cancellation became %v", got)
	}
	if core.AsError(nil) != nil || core.CodeOf(nil) != "" {
		t.Error("nil became an error")
	}
	if got := core.AsError(errors.New("x")); got.Code != core.CodeInternal {
		t.Errorf("a plain error became %v", got)
	}
}

// Segments of another result that a run used as a column are shown by name; the run's
// own keys are left alone.
func TestSegmentation_Named(t *testing.T) {
	t.Parallel()
	s := &core.Segmentation{
		Segments: []core.Segment{{Key: "new"}},
		Uses:     []core.RunUse{{As: "segment:RFM", Names: map[string]sdk.Text{"lost": {ZH: "流失", EN: "Lost"}, "new": {ZH: "新客", EN: "New"}}}},
	}
	in := sdk.DataTable{Table: &table.Table{Rows: 2, Columns: []table.Column{{Name: "group", Kind: table.Category, Codes: []uint32{0, 1}, Dict: []string{"lost", "new"}}}}}
	got := s.TableIn(in, sdk.ZH).Table.Columns[0].Dict
	if got[0] != "流失" || got[1] != "new" || in.Table.Columns[0].Dict[0] != "lost" {
		t.Errorf("%v, %v", got, in.Table.Columns[0].Dict)
	}
}

// Of a pair of columns in both languages one is shown, however the method names them.
func TestTableInOneLanguage(t *testing.T) {
	t.Parallel()
	in := sdk.DataTable{Table: &table.Table{}}
	for _, name := range []string{"rule_zh", "rule_en", "zh", "en", "reason:zh-CN", "reason:en", "when", "size_en"} {
		in.Table.Columns = append(in.Table.Columns, table.Column{Name: name, Kind: table.String})
	}
	for lang, want := range map[sdk.Lang]string{sdk.ZH: "rule_zh zh reason when size_en", sdk.EN: "rule_en en reason when size_en"} {
		var got []string
		for _, c := range core.TableIn(in, lang).Table.Columns {
			got = append(got, c.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", lang, got, want)
		}
	}
}
