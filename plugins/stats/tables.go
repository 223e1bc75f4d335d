package stats

import (
	"math"

	"qunxiang/plugins/internal/sheet"
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

func (s *study) testTable() sdk.DataTable {
	real, whole, word := table.Float64, table.Int64, table.Category
	out := sheet.New("tests", sdk.Text{ZH: "各组之间的差别", EN: "Differences between the groups"},
		sheet.Field{"feature", word, sdk.Text{ZH: "特征", EN: "Feature"}},
		sheet.Field{"test", word, sdk.Text{ZH: "检验", EN: "Test"}},
		sheet.Field{"advised", table.Bool, sdk.Text{ZH: "以此为准", EN: "Read this one"}},
		sheet.Field{"groups", whole, sdk.Text{ZH: "组数", EN: "Groups"}},
		sheet.Field{"n", whole, sdk.Text{ZH: "客户数", EN: "Customers"}},
		sheet.Field{"statistic", real, sdk.Text{ZH: "统计量", EN: "Statistic"}},
		sheet.Field{"df1", real, sdk.Text{ZH: "自由度 1", EN: "Degrees of freedom 1"}},
		sheet.Field{"df2", real, sdk.Text{ZH: "自由度 2", EN: "Degrees of freedom 2"}},
		sheet.Field{"p", real, sdk.Text{ZH: "p 值", EN: "p"}},
		sheet.Field{"q", real, sdk.Text{ZH: "校正后的 p 值", EN: "p, corrected"}},
		sheet.Field{"effect", real, sdk.Text{ZH: "效应量", EN: "Effect size"}},
		sheet.Field{"effectKind", word, sdk.Text{ZH: "效应量种类", EN: "Kind of effect"}},
		sheet.Field{"magnitude", word, sdk.Text{ZH: "差别大小", EN: "Magnitude"}},
	)
	for _, t := range s.tests {
		df2, q := t.df2, t.q
		if df2 == 0 {
			df2 = math.NaN()
		}
		if !t.advised {
			q = math.NaN()
		}
		out.Row(t.feature, t.kind, t.advised, t.groups, t.n, t.statistic, t.df1, df2, t.p, q, t.effect, t.effectKind, t.magnitude)
	}
	return out.Table()
}

func (s *study) descriptives() sdk.DataTable {
	real, whole := table.Float64, table.Int64
	out := sheet.New("descriptives", sdk.Text{ZH: "数值特征", EN: "Numbers"},
		sheet.Field{"feature", table.Category, sdk.Text{ZH: "特征", EN: "Feature"}},
		sheet.Field{"group", table.Category, sdk.Text{ZH: "组", EN: "Group"}},
		sheet.Field{"n", whole, sdk.Text{ZH: "有值的客户", EN: "With a value"}},
		sheet.Field{"missing", whole, sdk.Text{ZH: "缺失", EN: "Missing"}},
		sheet.Field{"mean", real, sdk.Text{ZH: "平均值", EN: "Mean"}},
		sheet.Field{"sd", real, sdk.Text{ZH: "标准差", EN: "Standard deviation"}},
		sheet.Field{"min", real, sdk.Text{ZH: "最小", EN: "Smallest"}},
		sheet.Field{"q1", real, sdk.Text{ZH: "下四分位数", EN: "Lower quartile"}},
		sheet.Field{"median", real, sdk.Text{ZH: "中位数", EN: "Median"}},
		sheet.Field{"q3", real, sdk.Text{ZH: "上四分位数", EN: "Upper quartile"}},
		sheet.Field{"max", real, sdk.Text{ZH: "最大", EN: "Largest"}},
		sheet.Field{"skewness", real, sdk.Text{ZH: "偏度", EN: "Skewness"}},
		sheet.Field{"kurtosis", real, sdk.Text{ZH: "峰度（超额）", EN: "Kurtosis (excess)"}},
		sheet.Field{"sum", real, sdk.Text{ZH: "合计", EN: "Sum"}},
		sheet.Field{"nonzeroShare", real, sdk.Text{ZH: "非零占比", EN: "Share not zero"}},
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
		out.Row(f.name, group, m.n, rows-m.n, m.mean, m.sd, m.low, m.q1, m.median, m.q3, m.high, m.skew, m.kurtosis, total, share)
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
	return out.Table()
}

func (s *study) levels() sdk.DataTable {
	out := sheet.New("levels", sdk.Text{ZH: "类别特征", EN: "Categories"},
		sheet.Field{"feature", table.Category, sdk.Text{ZH: "特征", EN: "Feature"}},
		sheet.Field{"level", table.Category, sdk.Text{ZH: "取值", EN: "Value"}},
		sheet.Field{"n", table.Int64, sdk.Text{ZH: "客户数", EN: "Customers"}},
		sheet.Field{"share", table.Float64, sdk.Text{ZH: "占比", EN: "Share"}},
	)
	for _, c := range s.categories {
		for k, level := range c.levels[:min(len(c.levels), shownLevels)] {
			out.Row(c.name, level, c.count[k], float64(c.count[k])/float64(s.rows-c.missing))
		}
	}
	return out.Table()
}

func (s *study) correlation() sdk.DataTable {
	real := table.Float64
	out := sheet.New("correlation", sdk.Text{ZH: "两两相关", EN: "Correlations"},
		sheet.Field{"a", table.Category, sdk.Text{ZH: "特征", EN: "Feature"}},
		sheet.Field{"b", table.Category, sdk.Text{ZH: "与", EN: "With"}},
		sheet.Field{"n", table.Int64, sdk.Text{ZH: "两者都有的客户", EN: "Customers with both"}},
		sheet.Field{"pearson", real, sdk.Text{ZH: "皮尔逊相关", EN: "Pearson"}},
		sheet.Field{"pearsonP", real, sdk.Text{ZH: "皮尔逊 p 值", EN: "Pearson p"}},
		sheet.Field{"spearman", real, sdk.Text{ZH: "斯皮尔曼相关", EN: "Spearman"}},
		sheet.Field{"spearmanP", real, sdk.Text{ZH: "斯皮尔曼 p 值", EN: "Spearman p"}},
		sheet.Field{"q", real, sdk.Text{ZH: "斯皮尔曼 p 值（校正后）", EN: "Spearman p, corrected"}},
	)
	for _, p := range s.pairs {
		out.Row(s.numbers[p.a].name, s.numbers[p.b].name, p.n, p.pearson, p.pearsonP, p.spearman, p.spearmanP, p.q)
	}
	return out.Table()
}

func (s *study) crosstab() sdk.DataTable {
	real := table.Float64
	out := sheet.New("crosstab", sdk.Text{ZH: "交叉表", EN: "Cross tables"},
		sheet.Field{"feature", table.Category, sdk.Text{ZH: "特征", EN: "Feature"}},
		sheet.Field{"level", table.Category, sdk.Text{ZH: "取值", EN: "Value"}},
		sheet.Field{"group", table.Category, sdk.Text{ZH: "组", EN: "Group"}},
		sheet.Field{"n", table.Int64, sdk.Text{ZH: "客户数", EN: "Customers"}},
		sheet.Field{"groupShare", real, sdk.Text{ZH: "占本组", EN: "Share of the group"}},
		sheet.Field{"levelShare", real, sdk.Text{ZH: "占该取值", EN: "Share of the value"}},
		sheet.Field{"expected", real, sdk.Text{ZH: "期望人数", EN: "Expected"}},
		sheet.Field{"residual", real, sdk.Text{ZH: "调整后残差", EN: "Adjusted residual"}},
		sheet.Field{"index", real, sdk.Text{ZH: "指数（100 = 总体）", EN: "Index (100 = all)"}},
	)
	for k, x := range s.crosses {
		if x == nil {
			continue
		}
		c := s.categories[k]
		for l, level := range c.levels[:min(len(c.levels), shownLevels)] {
			for g, group := range s.by.names {
				n, e := x.at(l, g), x.expected(l, g)
				out.Row(c.name, level, group, n, float64(n)/float64(x.columns[g]), float64(n)/float64(x.rows[l]), e, x.residual(l, g), 100*float64(n)/e)
			}
		}
	}
	return out.Table()
}
