package workspace

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"qunxiang/core"
	"qunxiang/core/clean"
)

// settingRunSteps keeps with which steps the runs were made that are older than the last
// change of the steps: a hash by run.
const settingRunSteps = "run_steps"

// keepSteps stores an encoded list of steps; the caller holds p.change. Runs that were made since the
// last change are noted as made with the steps of before.
func (p *Project) keepSteps(encoded []byte) error {
	active, err := p.active()
	if err != nil {
		return err
	}
	now, err := markOf(active)
	if err != nil {
		return err
	}
	known, err := p.runSteps()
	if err != nil {
		return err
	}
	heads, err := p.file.Runs()
	if err != nil {
		return err
	}
	marks := make(map[string]string, len(heads))
	for _, h := range heads {
		if mark, ok := known[runKey(h)]; ok {
			marks[runKey(h)] = mark
		} else {
			marks[runKey(h)] = now
		}
	}
	if !maps.Equal(marks, known) {
		b, err := json.Marshal(marks)
		if err != nil {
			return err
		}
		if err := p.file.SetSetting(settingRunSteps, b); err != nil {
			return err
		}
	}
	if err := p.file.SetSetting(settingSteps, encoded); err != nil {
		return err
	}
	p.changed(true)
	return nil
}

func (p *Project) runSteps() (map[string]string, error) {
	b, err := p.file.Setting(settingRunSteps)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	var out map[string]string
	if json.Unmarshal(b, &out) != nil {
		return nil, nil //nolint:nilnil,nilerr // a remark that cannot be read is none
	}
	return out, nil
}

func runKey(h core.RunHead) string {
	return h.Name + "\x00" + strconv.Itoa(h.Run) + "\x00" + strconv.FormatInt(h.Created.UnixNano(), 10)
}

func markOf(active []clean.Step) (string, error) {
	b, err := stepsMark(active)
	if err != nil || len(b) == 0 {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8]), nil
}

// Stale lists the results whose newest run was made with other cleaning steps than those that are
// active now, by name.
func (p *Project) Stale(context.Context) ([]core.RunHead, error) {
	known, err := p.runSteps()
	if err != nil || len(known) == 0 {
		return nil, err
	}
	active, err := p.active()
	if err != nil {
		return nil, err
	}
	now, err := markOf(active)
	if err != nil {
		return nil, err
	}
	heads, err := p.file.Runs()
	if err != nil {
		return nil, err
	}
	newest := map[string]core.RunHead{}
	for _, h := range heads {
		if h.Run >= newest[h.Name].Run {
			newest[h.Name] = h
		}
	}
	var out []core.RunHead
	for _, name := range slices.Sorted(maps.Keys(newest)) {
		if mark, ok := known[runKey(newest[name])]; ok && mark != now {
			out = append(out, newest[name])
		}
	}
	return out, nil
}

// RequestOf is the request that makes a stored run anew: its parameters, its columns by name,
// its filter, its date.
func RequestOf(s *core.Segmentation) RunRequest {
	r := RunRequest{Method: s.Method, Name: s.Name, Set: map[string]string{}, Features: s.Features, AsOf: s.AsOf, Where: s.Where, Within: s.Within, Seed: s.Seed}
	for id, v := range s.Params {
		r.Set[id] = v.String()
	}
	return r
}

// RunAgain runs what made the newest run of a result once more, on the data as they are now and as
// of the project's own date, and stores it under the same name.
func (p *Project) RunAgain(ctx context.Context, name string, pr core.Progress) (*core.Segmentation, error) {
	s, err := p.Segmentation(ctx, name, 0)
	if err != nil {
		return nil, err
	}
	r := RequestOf(s)
	r.AsOf, r.Features = core.NoDate, nil
	plan, err := p.Plan(ctx, r)
	if err == nil {
		var names []string
		for i := range plan.Table.Columns {
			names = append(names, plan.Table.Columns[i].Name)
		}
		if slices.Equal(names, s.Features) {
			return p.Run(ctx, r, pr)
		}
	}
	r.Features = s.Features // the user's own choice
	return p.Run(ctx, r, pr)
}
