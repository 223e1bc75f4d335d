package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// preview shows what is in a file, and convert writes it as it stands.
func TestPreviewAndConvert(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, to := filepath.Join(dir, "销售.csv"), filepath.Join(dir, "clean.csv")
	text := "一月销售;;;\n订单号;客户;日期;金额\n1;张三;2024-01-02;\"5,50\"\n1;张三;2024-01-02;6,00\n2;\"李\"\"四\";2024-01-03;7,25\n合计;;;18,75\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o := call(t, "en_US.UTF-8", "preview", file, "--rows", "2", "--json")
	var v struct {
		Encoding, Delimiter string
		Header              []string
		HeaderRows          []int
		Rows, Width         int
		Lines, Orders       int
		Skipped             []map[string]any
		Sample              []struct{ Row int }
		Columns             []struct{ Name, Type, Role string }
		Detected            struct{ Mapping map[string]string }
	}
	if err := json.Unmarshal([]byte(o.out), &v); err != nil || o.code != 0 {
		t.Fatalf("%d %v: %s%s", o.code, err, o.out, o.err)
	}
	if v.Encoding != "utf-8" || v.Delimiter != ";" || v.Rows != 3 || v.Width != 4 || v.Lines != 3 || v.Orders != 2 || len(v.Sample) != 2 || v.Sample[0].Row != 3 {
		t.Errorf("%+v", v)
	}
	if diff := cmp.Diff(map[string]string{"order": "订单号", "customer": "客户", "date": "日期", "amount": "金额"}, v.Detected.Mapping); diff != "" {
		t.Errorf("mapping (-want +got):\n%s", diff)
	}
	if len(v.Skipped) != 2 || v.Skipped[0]["kind"] != "preamble" || v.Skipped[1]["kind"] != "total" || v.Skipped[1]["row"] != 6.0 {
		t.Errorf("skipped %v", v.Skipped)
	}
	if o := call(t, "zh_CN.UTF-8", "preview", file); o.code != 0 || !strings.Contains(o.out, "3 行、4 列") || !strings.Contains(o.out, "第 6 行") {
		t.Errorf("%d: %s%s", o.code, o.out, o.err)
	}
	if o := call(t, "en_US.UTF-8", "convert", file, "--to", to); o.code != 0 {
		t.Fatalf("%d: %s", o.code, o.err)
	}
	got, err := os.ReadFile(to)
	want := "订单号,客户,日期,金额\r\n1,张三,2024-01-02,\"5,50\"\r\n1,张三,2024-01-02,\"6,00\"\r\n2,\"李\"\"四\",2024-01-03,\"7,25\"\r\n"
	if diff := cmp.Diff(want, string(got)); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if o := call(t, "en_US.UTF-8", "convert", file, "--to", to); o.code != 1 {
		t.Errorf("an existing file: %d %s", o.code, o.err)
	}
	if o := call(t, "en_US.UTF-8", "convert", file, "--to", to, "--force"); o.code != 0 {
		t.Errorf("with --force: %d %s", o.code, o.err)
	}
	if o := call(t, "en_US.UTF-8", "convert", filepath.Join(dir, "none.csv"), "--to", to); o.code == 0 {
		t.Error("no file, no failure")
	}
}
