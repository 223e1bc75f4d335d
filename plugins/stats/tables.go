package stats

import (
	"math"

	"qunxiang/plugins/internal/sheet"
	"qunxiang/sdk"
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
	out := sheet.New("tests", sdk.Text{ZH: "各组之间的差别", EN: "Differences between the groups"},
		sheet.Word("feature", "特征", "Feature"),
		sheet.Word("test", "检验", "Test"),
		sheet.Flag("advised", "以此为准", "Read this one"),
		sheet.Whole("groups", "组数", "Groups"),
		sheet.Whole("n", "客户数", "Customers"),
		sheet.Real("statistic", "统计量", "Statistic"),
		sheet.Real("df1", "自由度 1", "Degrees of freedom 1"),
		sheet.Real("df2", "自由度 2", "Degrees of freedom 2"),
		sheet.Real("p", "p 值", "p"),
		sheet.Real("q", "校正后的 p 值", "p, corrected"),
		sheet.Real("effect", "效应量", "Effect size"),
		sheet.Word("effectKind", "效应量种类", "Kind of effect"),
		sheet.Word("magnitude", "差别大小", "Magnitude"),
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
	out := sheet.New("descriptives", sdk.Text{ZH: "数值特征", EN: "Numbers"},
		sheet.Word("feature", "特征", "Feature"),
		sheet.Word("group", "组", "Group"),
		sheet.Whole("n", "有值的客户", "With a value"),
		sheet.Whole("missing", "缺失", "Missing"),
		sheet.Real("mean", "平均值", "Mean"),
		sheet.Real("sd", "标准差", "Standard deviation"),
		sheet.Real("min", "最小", "Smallest"),
		sheet.Real("q1", "下四分位数", "Lower quartile"),
		sheet.Real("median", "中位数", "Median"),
		sheet.Real("q3", "上四分位数", "Upper quartile"),
		sheet.Real("max", "最大", "Largest"),
		sheet.Real("skewness", "偏度", "Skewness"),
		sheet.Real("kurtosis", "峰度（超额）", "Kurtosis (excess)"),
		sheet.Real("sum", "合计", "Sum"),
		sheet.Real("nonzeroShare", "非零占比", "Share not zero"),
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
		sheet.Word("feature", "特征", "Feature"),
		sheet.Word("level", "取值", "Value"),
		sheet.Whole("n", "客户数", "Customers"),
		sheet.Real("share", "占比", "Share"),
	)
	for _, c := range s.categories {
		for k, level := range c.levels[:min(len(c.levels), shownLevels)] {
			out.Row(c.name, level, c.count[k], float64(c.count[k])/float64(s.rows-c.missing))
		}
	}
	return out.Table()
}

func (s *study) correlation() sdk.DataTable {
	out := sheet.New("correlation", sdk.Text{ZH: "两两相关", EN: "Correlations"},
		sheet.Word("a", "特征", "Feature"),
		sheet.Word("b", "与", "With"),
		sheet.Whole("n", "两者都有的客户", "Customers with both"),
		sheet.Real("pearson", "皮尔逊相关", "Pearson"),
		sheet.Real("pearsonP", "皮尔逊 p 值", "Pearson p"),
		sheet.Real("spearman", "斯皮尔曼相关", "Spearman"),
		sheet.Real("spearmanP", "斯皮尔曼 p 值", "Spearman p"),
		sheet.Real("q", "斯皮尔曼 p 值（校正后）", "Spearman p, corrected"),
	)
	for _, p := range s.pairs {
		out.Row(s.numbers[p.a].name, s.numbers[p.b].name, p.n, p.pearson, p.pearsonP, p.spearman, p.spearmanP, p.q)
	}
	return out.Table()
}

func (s *study) crosstab() sdk.DataTable {
	out := sheet.New("crosstab", sdk.Text{ZH: "交叉表", EN: "Cross tables"},
		sheet.Word("feature", "特征", "Feature"),
		sheet.Word("level", "取值", "Value"),
		sheet.Word("group", "组", "Group"),
		sheet.Whole("n", "客户数", "Customers"),
		sheet.Real("groupShare", "占本组", "Share of the group"),
		sheet.Real("levelShare", "占该取值", "Share of the value"),
		sheet.Real("expected", "期望人数", "Expected"),
		sheet.Real("residual", "调整后残差", "Adjusted residual"),
		sheet.Real("index", "指数（100 = 总体）", "Index (100 = all)"),
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
