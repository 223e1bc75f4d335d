package workspace

import (
	"context"
	"slices"
	"strings"

	"qunxiang/core"
	"qunxiang/core/comment"
	"qunxiang/core/feature"
	"qunxiang/sdk"
	"qunxiang/sdk/table"
)

// Features returns the feature table as of a date, NoDate for the project's own, with the
// given months of history (0 = all).
func (p *Project) Features(ctx context.Context, asOf core.Date, windowMonths int) (*feature.Set, error) {
	return p.featureSet(ctx, asOf, windowMonths, false)
}

// featureSet is Features; lean leaves out the columns that are costly to make of records,
// not their customers.
func (p *Project) featureSet(ctx context.Context, asOf core.Date, windowMonths int, lean bool) (*feature.Set, error) {
	if asOf == core.NoDate {
		var err error
		if asOf, err = p.AsOf(ctx); err != nil {
			return nil, err
		}
	}
	key := featureKey{asOf, windowMonths, lean}
	p.mu.RLock()
	set := p.cache.features[key]
	p.mu.RUnlock()
	if set != nil {
		return set, nil
	}
	set, err := p.history(ctx, feature.Options{AsOf: asOf, WindowMonths: windowMonths})
	if err != nil {
		return nil, err
	}
	attrs, codes, err := p.attributes(ctx)
	if err != nil {
		return nil, err
	}
	classes, err := p.classes(ctx)
	if err != nil {
		return nil, err
	}
	set = feature.Join(set, classes.offered(attrs), codes)
	made, err := p.fromRecords(ctx, asOf, lean)
	if err != nil {
		return nil, err
	}
	made = slices.Clone(made)
	for i := range made {
		made[i].attrs = classes.offered(made[i].attrs)
	}
	set = joinMade(set, made, asOf)
	if set == nil || len(set.Table.Columns) == 0 {
		return nil, &core.Error{Code: "no_data", Origin: core.OriginUser, Op: "features"}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cache.features == nil {
		p.cache.features = map[featureKey]*feature.Set{}
	}
	p.cache.features[key] = set
	return set, nil
}

// featuresFor is the table of features for a run. What comments feel and are about takes
// seconds where there are many: it is made only for a run that asks for a column of it, or
// that takes whatever columns there are.
func (p *Project) featuresFor(ctx context.Context, info sdk.Info, r RunRequest) (*feature.Set, error) {
	months := window(info, r.Set)
	records, err := p.Records(ctx)
	if err != nil {
		return nil, err
	}
	if comment.Comments(records) == nil {
		return p.Features(ctx, r.AsOf, months)
	}
	set, err := p.featureSet(ctx, r.AsOf, months, true)
	if core.CodeOf(err) == "no_data" {
		return p.Features(ctx, r.AsOf, months)
	}
	if err != nil {
		return nil, err
	}
	enough, err := p.named(ctx, set.Table, wanted(info, r))
	if err != nil {
		return nil, err
	}
	if enough && hinted(set.Table, info, r) {
		return set, nil
	}
	return p.Features(ctx, r.AsOf, months)
}

// FeaturesNamed is a table of features that has the named ones of those that there are, and
// maybe others. It reads comments only where a name asks for what they say.
func (p *Project) FeaturesNamed(ctx context.Context, names []string) (*feature.Set, error) {
	if slices.ContainsFunc(names, judged) {
		return p.Features(ctx, core.NoDate, 0)
	}
	return p.featureSet(ctx, core.NoDate, 0, true)
}

// named reports whether every name is a column of the table or of a stored result.
func (p *Project) named(ctx context.Context, t *table.Table, names []string) (bool, error) {
	var runs []string
	for _, name := range names {
		if name == "" || t.Column(name) != nil || strings.HasPrefix(name, segmentPrefix) {
			continue
		}
		if runs == nil {
			var err error
			if runs, err = p.resultNames(ctx); err != nil {
				return false, err
			}
		}
		if !ofResult(runs, name) {
			return false, nil
		}
	}
	return true, nil
}

// ofResult reports whether a name is a column of a stored result. What is wrong with one
// that is not is for whoever has all columns to say.
func ofResult(results []string, name string) bool {
	of, _, err := resultColumn(results, name)
	return err == nil && of != ""
}

// hinted reports whether the roles of a method find their columns in a table by name: those
// that the user picks, and otherwise those that the role itself would have first.
func hinted(t *table.Table, info sdk.Info, r RunRequest) bool {
	single := !slices.ContainsFunc(info.Roles, func(q sdk.Role) bool { return q.Param == "" && (q.Min > 0 || q.Max != 1) })
	used := map[string]bool{}
	for _, name := range wanted(info, r) {
		used[name] = true
	}
	for _, role := range info.Roles {
		if role.Param != "" || len(r.Features) > 0 && (role.Min > 0 || role.Max != 1 || single) {
			continue
		}
		if !byHints(t, role, used) {
			return false
		}
	}
	return true
}

// byHints reports whether a role is content with the columns that it names, and notes them
// as used: a role that takes several and finds too few would take whatever there is.
func byHints(t *table.Table, role sdk.Role, used map[string]bool) bool {
	found := 0
	for _, h := range role.Hints {
		if judged(h) {
			return false
		}
		if c := t.Column(h); c != nil && !used[h] && slices.Contains(role.Kinds, c.Kind) {
			used[h] = true
			found++
		}
	}
	return found >= max(1, role.Min) || role.Max == 1
}

// judged reports whether a feature comes from what comments feel or are about.
func judged(name string) bool {
	switch name {
	case comment.FeatureMean, comment.FeatureLast, comment.FeatureNegative:
		return true
	}
	return strings.HasPrefix(name, comment.FeatureTheme)
}
