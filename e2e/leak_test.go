package e2e_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// planted is a shop whose customers are known by their telephones, with names, cards,
// addresses and e-mail in every kind of file; it returns what must be seen nowhere.
func planted(t *testing.T, dir string) (secrets []string) {
	t.Helper()
	const people = 60
	phone := func(i int) string {
		return fmt.Sprintf("1%s%08d", []string{"39", "58", "86", "77"}[i%4], 10203041*(i%9+1)+7919*i)
	}
	name := func(i int) string {
		return string([]rune("王李张刘陈")[i%5]) + "泽" + string([]rune("衡琬翊昱")[i%4])
	}
	mail := func(i int) string { return fmt.Sprintf("planted%d@qq.com", i) }
	house := func(i int) string { return fmt.Sprintf("文三路%d号%d室", i+1, 100+i) }
	address := func(i int) string { return "浙江省杭州市西湖区" + house(i) }
	card := func(i int) string {
		s := fmt.Sprintf("330106%d%02d%02d%03d", 1960+i%40, i%12+1, i%28+1, i)
		sum := 0
		for k, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
			sum += w * int(s[k]-'0')
		}
		return s + string("10X98765432"[sum%11])
	}
	files := map[string][][]string{
		"orders.csv":   {{"订单号", "手机号", "下单日期", "实付金额", "商品", "收货人", "收货地址"}},
		"people.csv":   {{"手机号", "姓名", "身份证号", "邮箱", "住址", "年龄", "病史", "城市"}},
		"survey.csv":   {{"您的手机号", "Q1_1", "Q1_2", "Q1_3", "Q1_4", "Q1_5", "Q1_6", "推荐意愿", "还有什么建议"}},
		"comments.csv": {{"手机号", "评论时间", "评论内容"}},
		"events.csv":   {{"手机号", "事件", "时间", "渠道"}},
	}
	add := func(file string, cells ...string) { files[file] = append(files[file], cells) }
	for i := range people {
		secrets = append(secrets, phone(i), name(i), mail(i), card(i), house(i))
		add("people.csv", phone(i), name(i), card(i), mail(i), address(i), fmt.Sprint(18+i*2), []string{"无", "糖尿病"}[i%2], []string{"杭州", "杭州市", "上海"}[i%3])
		rating := func(k int) string {
			if i%7 == 0 {
				return "4"
			}
			return fmt.Sprint((i*k+k)%5 + 1)
		}
		add("survey.csv", phone(i), rating(1), rating(2), rating(3), rating(4), rating(5), rating(6), fmt.Sprint(i%11), "请打"+phone(i)+"或写信"+mail(i)+"，我叫"+name(i))
	}
	add("people.csv", phone(0), name(0), card(0), mail(0), address(0), "30", "无", "杭州") // twice
	for k := range 600 {
		i, amount, day := k*7%50, fmt.Sprintf("%d.5", 5+k*13%290), fmt.Sprintf("2025-%02d-%02d", 1+k%12, 1+k%28)
		switch {
		case k%11 == 0:
			i = 3
		case k%83 == 0:
			amount = "abc"
		case k%97 == 0:
			day = "坏日期"
		case k == 200:
			amount = "99999"
		}
		add("orders.csv", fmt.Sprintf("D%04d", k%590), phone(i), day, amount, []string{"茶", "咖啡", "面包"}[k%3], name(i), address(i))
	}
	slip := phone(1)[:10] + string('0'+(phone(1)[10]-'0'+1)%10) // of the same man
	secrets = append(secrets, slip)
	add("orders.csv", "D9001", slip, "2025-01-02", "20", "茶", name(1), address(1))
	add("orders.csv", "D9002", phone(2)[:3]+"-"+phone(2)[3:], "2025-01-01", "20", "茶", name(2), address(2))
	for k := range 300 {
		i := k % people
		text := []string{"送货太慢了，气死我了，请回电" + phone(i), "味道很好，包装也漂亮，我叫" + name(i), "物流很快，客服" + mail(i) + "态度好", "质量差，退货到" + address(i), "还要身份证" + card(i) + "，太麻烦"}[k%5]
		add("comments.csv", phone(i), fmt.Sprintf("2025-0%d-11", 1+k%9), text)
		add("events.csv", phone(i), []string{"浏览", "加购", "通话"}[k%3], fmt.Sprintf("2025-0%d-1%d", 1+k%9, k%9), []string{"APP", "门店"}[k%2])
	}
	writeTables(t, dir, files)
	return secrets
}

// writeTables writes tables as CSV.
func writeTables(t *testing.T, dir string, files map[string][][]string) {
	t.Helper()
	for file, rows := range files {
		f, err := os.Create(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		w := csv.NewWriter(f)
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Nothing that a command says or writes names a customer, in either language and as JSON:
// but for a preview of a file, the table of features (their key), rejected rows (a part of
// the file) and a list with --identity raw.
func TestNoOutputNamesAnybody(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	secrets := planted(t, b.dir)
	check := func(what, text string) {
		for _, text := range []string{text, strings.NewReplacer("-", "", " ", "").Replace(text)} {
			if at := slices.IndexFunc(secrets, func(s string) bool { return strings.Contains(text, s) }); at >= 0 {
				from := strings.Index(text, secrets[at])
				t.Errorf("%s tells %q: …%s…", what, secrets[at], text[max(0, from-60):min(len(text), from+40)])
				return
			}
		}
	}
	call := func(args ...string) (out string, ok bool) {
		c := b.command(args...)
		both, err := c.CombinedOutput()
		return string(both), err == nil
	}
	// run runs a command, written to a file where the last argument is one.
	run := func(file string, args ...string) (ok bool) {
		if file != "" {
			os.Remove(filepath.Join(b.dir, file))
			args = append(args, "--to", file, "--force")
		}
		for _, as := range [][]string{{"--json"}, {"--lang", "zh-CN"}, {"--lang", "en"}} {
			var out string
			out, ok = call(append(slices.Clone(args), as...)...)
			check(strings.Join(args, " "), out)
			if file != "" {
				written, _ := os.ReadFile(filepath.Join(b.dir, file))
				check(strings.Join(args, " ")+" ("+file+")", string(written))
				break
			}
		}
		return ok
	}
	b.run("new", "p.qx")
	for _, f := range []string{"orders", "people", "survey", "comments", "events"} {
		kind := []string{}
		if f != "orders" {
			kind = []string{"--as", strings.Replace(f, "people", "customers", 1)}
		}
		run("", append([]string{"import", "p.qx", f + ".csv", "--dry-run"}, kind...)...)
		out, _ := call(append([]string{"import", "p.qx", f + ".csv", "--json"}, kind...)...)
		check("import "+f, out)
	}
	for _, c := range []string{"info", "quality", "survey", "events", "comments", "fields", "duplicates", "advise", "check", "fix"} {
		if !run("", c, "p.qx") {
			t.Errorf("%s fails", c)
		}
	}
	var card struct{ Issues []struct{ ID string } }
	b.json(&card, "quality", "p.qx")
	for _, i := range card.Issues {
		run("", "fix", "p.qx", i.ID, "--dry-run")
	}
	for name, args := range map[string][]string{"rfm": {"rfm"}, "kmeans": {"kmeans", "--set", "k=3"}, "dtree": {"dtree", "--set", "target=城市"}, "interests": {"interests", "--set", "k=2"}} {
		out, ok := call(append([]string{"run", "p.qx", args[0], "--name", name}, args[1:]...)...)
		if !ok {
			t.Errorf("%s: %s", name, out)
		}
		check("run "+name, out)
		run("", "show", "p.qx", name)
		run("r.html", "report", "p.qx", name)
		run("l.csv", "export", "p.qx", name, "--columns", "姓名,邮箱,收货人,收货地址,身份证号,年龄")
		run("s.csv", "score", "p.qx", name, "orders.csv")
		run("c.csv", "comments", "p.qx", "--segmentation", name)
		var charts []struct{ Kind string }
		if err := json.Unmarshal(b.run("chart", "p.qx", name, "--json"), &charts); err != nil {
			t.Fatal(err)
		}
		for _, c := range charts {
			run("c.svg", "chart", "p.qx", name, c.Kind)
		}
	}
	run("", "agree", "p.qx", "rfm", "kmeans")
	run("", "duplicates", "p.qx", "--accept", "sure")
	run("", "fix", "p.qx", "--list")
	b.run("score", "p.qx", "rfm", "orders.csv", "--to", "raw.csv", "--identity", "raw")
	if raw, err := os.ReadFile(filepath.Join(b.dir, "raw.csv")); err != nil || !strings.Contains(string(raw), secrets[0]) {
		t.Errorf("score --identity raw has no codes: %v", err)
	}
}
