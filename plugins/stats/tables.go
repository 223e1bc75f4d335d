package stats

import (
	"math"

	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// metrics are the run at a glance.
func (s *study) metrics() []sdk.Metric {
	whole := func(id string, n int, t sdk.Text) sdk.Metric {
		v := float64(n)
		return sdk.Metric{ID: id, Title: t, Value: &v}
	}
	out := []sdk.Metric{
		whole("customers", s.rows, sdk.Text{ZH: "客户数", EN: "Customers"}),
		whole("features", len(s.numbers)+len(s.categories), sdk.Text{ZH: "特征数", EN: "Features"}),
	}
	if s.by != nil {
		n := 0
		for _, t := range s.tests {
			if t.differs() {
				n++
			}
		}
		out = append(out, whole("groups", len(s.by.names), sdk.Text{ZH: "组数", EN: "Groups"}),
			whole("differing", n, sdk.Text{ZH: "确有差别的特征", EN: "Features that differ"}))
	}
	return out
}

// tables are the evidence; those without a row are left out.
func (s *study) tables() []sdk.DataTable {
	var out []sdk.DataTable
	for _, t := range []sdk.DataTable{s.testTable(), s.descriptives(), s.levels(), s.correlation(), s.crosstab()} {
		if t.Table.Rows > 0 {
			out = append(out, t)
		}
	}
	return out
}

// sheet builds a table row by row. A NaN is a missing number, an empty text a missing
// word.
type sheet struct {
	t     sdk.DataTable
	words []map[string]uint32
}

// field is one column of a sheet.
type field struct {
	name  string
	kind  table.Kind
	title sdk.Text
}

func newSheet(id string, title sdk.Text, fields ...field) *sheet {
	s := &sheet{t: sdk.DataTable{ID: id, Title: title, Titles: map[string]sdk.Text{}, Table: &table.Table{}}}
	for _, f := range fields {
		s.t.Table.Columns = append(s.t.Table.Columns, table.Column{Name: f.name, Kind: f.kind})
		s.t.Titles[f.name] = f.title
		s.words = append(s.words, map[string]uint32{})
	}
	return s
}

// row adds one row: float64 for Float64, int for Int64, bool for Bool, string for
// Category.
func (s *sheet) row(values ...any) {
	at := s.t.Table.Rows
	s.t.Table.Rows++
	for k, v := range values {
		c := &s.t.Table.Columns[k]
		there := true
		switch v := v.(type) {
		case float64:
			if there = v-v == 0; !there {
				v = 0
			}
			c.Floats = append(c.Floats, v)
		case int:
			c.Ints = append(c.Ints, int64(v))
		case bool:
			bit := int64(0)
			if v {
				bit = 1
			}
			c.Ints = append(c.Ints, bit)
		case string:
			there = v != ""
			c.Codes = append(c.Codes, s.word(k, v))
		}
		for len(c.Valid) <= at/64 {
			c.Valid = append(c.Valid, 0)
		}
		if there {
			c.Valid.Set(at)
		}
	}
}

func (s *sheet) word(k int, v string) uint32 {
	code, ok := s.words[k][v]
	if !ok {
		c := &s.t.Table.Columns[k]
		code = uint32(len(c.Dict))
		s.words[k][v] = code
		c.Dict = append(c.Dict, v)
	}
	return code
}

func (s *study) testTable() sdk.DataTable {
	real, whole, word := table.Float64, table.Int64, table.Category
	out := newSheet("tests", sdk.Text{ZH: "各组之间的差别", EN: "Differences between the groups"},
		field{"feature", word, sdk.Text{ZH: "特征", EN: "Feature"}},
		field{"test", word, sdk.Text{ZH: "检验", EN: "Test"}},
		field{"advised", table.Bool, sdk.Text{ZH: "以此为准", EN: "Read this one"}},
		field{"groups", whole, sdk.Text{ZH: "组数", EN: "Groups"}},
		field{"n", whole, sdk.Text{ZH: "客户数", EN: "Customers"}},
		field{"statistic", real, sdk.Text{ZH: "统计量", EN: "Statistic"}},
		field{"df1", real, sdk.Text{ZH: "自由度 1", EN: "Degrees of freedom 1"}},
		field{"df2", real, sdk.Text{ZH: "自由度 2", EN: "Degrees of freedom 2"}},
		field{"p", real, sdk.Text{ZH: "p 值", EN: "p"}},
		field{"q", real, sdk.Text{ZH: "校正后的 p 值", EN: "p, corrected"}},
		field{"effect", real, sdk.Text{ZH: "效应量", EN: "Effect size"}},
		field{"effectKind", word, sdk.Text{ZH: "效应量种类", EN: "Kind of effect"}},
		field{"magnitude", word, sdk.Text{ZH: "差别大小", EN: "Magnitude"}},
	)
	for _, t := range s.tests {
		df2, q := t.df2, t.q
		if df2 == 0 {
			df2 = math.NaN()
		}
		if !t.advised {
			q = math.NaN()
		}
		out.row(t.feature, t.kind, t.advised, t.groups, t.n, t.statistic, t.df1, df2, t.p, q, t.effect, t.effectKind, t.magnitude)
	}
	return out.t
}

func (s *study) descriptives() sdk.DataTable {
	real, whole := table.Float64, table.Int64
	out := newSheet("descriptives", sdk.Text{ZH: "数值特征", EN: "Numbers"},
		field{"feature", table.Category, sdk.Text{ZH: "特征", EN: "Feature"}},
		field{"group", table.Category, sdk.Text{ZH: "组", EN: "Group"}},
		field{"n", whole, sdk.Text{ZH: "有值的客户", EN: "With a value"}},
		field{"missing", whole, sdk.Text{ZH: "缺失", EN: "Missing"}},
		field{"mean", real, sdk.Text{ZH: "平均值", EN: "Mean"}},
		field{"sd", real, sdk.Text{ZH: "标准差", EN: "Standard deviation"}},
		field{"min", real, sdk.Text{ZH: "最小", EN: "Smallest"}},
		field{"q1", real, sdk.Text{ZH: "下四分位数", EN: "Lower quartile"}},
		field{"median", real, sdk.Text{ZH: "中位数", EN: "Median"}},
		field{"q3", real, sdk.Text{ZH: "上四分位数", EN: "Upper quartile"}},
		field{"max", real, sdk.Text{ZH: "最大", EN: "Largest"}},
		field{"skewness", real, sdk.Text{ZH: "偏度", EN: "Skewness"}},
		field{"kurtosis", real, sdk.Text{ZH: "峰度（超额）", EN: "Kurtosis (excess)"}},
		field{"sum", real, sdk.Text{ZH: "合计", EN: "Sum"}},
		field{"nonzeroShare", real, sdk.Text{ZH: "非零占比", EN: "Share not zero"}},
	)
	add := func(f *number, group string, rows int, order []int32) {
		m := f.describe(order)
		if group != "" && m.n == 0 {
			return
		}
		total, share := m.total, m.share
		if m.n == 0 {
			share = math.NaN()
		}
		out.row(f.name, group, m.n, rows-m.n, m.mean, m.sd, m.low, m.q1, m.median, m.q3, m.high, m.skew, m.kurtosis, total, share)
	}
	for _, f := range s.numbers {
		add(f, "", s.rows, f.order)
		if s.by == nil {
			continue
		}
		parts, rows := make([][]int32, len(s.by.names)), make([]int, len(s.by.names))
		for _, g := range s.by.of {
			rows[g]++
		}
		for _, i := range f.order {
			g := s.by.of[i]
			parts[g] = append(parts[g], i)
		}
		for g, name := range s.by.names {
			add(f, name, rows[g], parts[g])
		}
	}
	return out.t
}

func (s *study) levels() sdk.DataTable {
	out := newSheet("levels", sdk.Text{ZH: "类别特征", EN: "Categories"},
		field{"feature", table.Category, sdk.Text{ZH: "特征", EN: "Feature"}},
		field{"level", table.Category, sdk.Text{ZH: "取值", EN: "Value"}},
		field{"n", table.Int64, sdk.Text{ZH: "客户数", EN: "Customers"}},
		field{"share", table.Float64, sdk.Text{ZH: "占比", EN: "Share"}},
	)
	for _, c := range s.categories {
		for k, level := range c.levels[:min(len(c.levels), shownLevels)] {
			out.row(c.name, level, c.count[k], float64(c.count[k])/float64(s.rows-c.missing))
		}
	}
	return out.t
}

func (s *study) correlation() sdk.DataTable {
	real := table.Float64
	out := newSheet("correlation", sdk.Text{ZH: "两两相关", EN: "Correlations"},
		field{"a", table.Category, sdk.Text{ZH: "特征", EN: "Feature"}},
		field{"b", table.Category, sdk.Text{ZH: "与", EN: "With"}},
		field{"n", table.Int64, sdk.Text{ZH: "两者都有的客户", EN: "Customers with both"}},
		field{"pearson", real, sdk.Text{ZH: "皮尔逊相关", EN: "Pearson"}},
		field{"pearsonP", real, sdk.Text{ZH: "皮尔逊 p 值", EN: "Pearson p"}},
		field{"spearman", real, sdk.Text{ZH: "斯皮尔曼相关", EN: "Spearman"}},
		field{"spearmanP", real, sdk.Text{ZH: "斯皮尔曼 p 值", EN: "Spearman p"}},
		field{"q", real, sdk.Text{ZH: "斯皮尔曼 p 值（校正后）", EN: "Spearman p, corrected"}},
	)
	for _, p := range s.pairs {
		out.row(s.numbers[p.a].name, s.numbers[p.b].name, p.n, p.pearson, p.pearsonP, p.spearman, p.spearmanP, p.q)
	}
	return out.t
}

func (s *study) crosstab() sdk.DataTable {
	real := table.Float64
	out := newSheet("crosstab", sdk.Text{ZH: "交叉表", EN: "Cross tables"},
		field{"feature", table.Category, sdk.Text{ZH: "特征", EN: "Feature"}},
		field{"level", table.Category, sdk.Text{ZH: "取值", EN: "Value"}},
		field{"group", table.Category, sdk.Text{ZH: "组", EN: "Group"}},
		field{"n", table.Int64, sdk.Text{ZH: "客户数", EN: "Customers"}},
		field{"groupShare", real, sdk.Text{ZH: "占本组", EN: "Share of the group"}},
		field{"levelShare", real, sdk.Text{ZH: "占该取值", EN: "Share of the value"}},
		field{"expected", real, sdk.Text{ZH: "期望人数", EN: "Expected"}},
		field{"residual", real, sdk.Text{ZH: "调整后残差", EN: "Adjusted residual"}},
		field{"index", real, sdk.Text{ZH: "指数（100 = 总体）", EN: "Index (100 = all)"}},
	)
	for k, x := range s.crosses {
		if x == nil {
			continue
		}
		c := s.categories[k]
		for l, level := range c.levels[:min(len(c.levels), shownLevels)] {
			for g, group := range s.by.names {
				n, e := x.at(l, g), x.expected(l, g)
				out.row(c.name, level, group, n, float64(n)/float64(x.columns[g]), float64(n)/float64(x.rows[l]), e, x.residual(l, g), 100*float64(n)/e)
			}
		}
	}
	return out.t
}
