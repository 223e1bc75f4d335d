package chart_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qunxiang/core/chart"
	"qunxiang/sdk"
)

// TestLook writes every chart in every form to the directory CHART_LOOK, for eyes;
// CHART_LOOK_ONLY names those wanted.
func TestLook(t *testing.T) {
	dir := os.Getenv("CHART_LOOK")
	if dir == "" {
		t.Skip("set CHART_LOOK to a directory to see the charts")
	}
	sizes := [][2]int{{800, 600}, {1600, 1000}, {320, 240}}
	for _, c := range looks() {
		if only := os.Getenv("CHART_LOOK_ONLY"); only != "" && !slices.Contains(strings.Split(only, ","), c.name) {
			continue
		}
		for _, size := range sizes {
			for _, dark := range []bool{false, true} {
				for _, lang := range []sdk.Lang{sdk.ZH, sdk.EN} {
					in := c.in(lang, dark)
					f, err := chart.New(c.kind, in, c.o)
					if err != nil {
						t.Fatal(err)
					}
					name := fmt.Sprintf("%s-%d-%s-%v.png", c.name, size[0], lang, dark)
					w, err := os.Create(filepath.Join(dir, name))
					if err != nil {
						t.Fatal(err)
					}
					if err := f.Write(w, "png", size[0], size[1]); err != nil {
						t.Fatal(err)
					}
					if err := w.Close(); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}

type look struct {
	name, kind string
	o          chart.Options
	in         func(sdk.Lang, bool) chart.Input
}

func looks() []look {
	shop := func(l sdk.Lang, dark bool) chart.Input { return input(4338, l, dark) }
	kmeans := func(l sdk.Lang, dark bool) chart.Input { return clusters(4338, l, dark) }
	return []look{
		{"grid", chart.KindGrid, chart.Options{}, shop},
		{"treemap", chart.KindTreemap, chart.Options{}, shop},
		{"treemap-money", chart.KindTreemap, chart.Options{By: "money"}, shop},
		{"sizes", chart.KindSizes, chart.Options{}, shop},
		{"money", chart.KindMoney, chart.Options{}, shop},
		{"scatter", chart.KindScatter, chart.Options{}, shop},
		{"scatter-rfm", chart.KindScatter, chart.Options{X: "frequency", Y: "monetary", Only: map[int]bool{0: true, 7: true}}, shop},
		{"box", chart.KindBox, chart.Options{}, shop},
		{"histogram", chart.KindHistogram, chart.Options{}, shop},
		{"histogram-f", chart.KindHistogram, chart.Options{X: "frequency"}, shop},
		{"snake", chart.KindSnake, chart.Options{}, shop},
		{"snake-k", chart.KindSnake, chart.Options{}, kmeans},
		{"sweep", chart.KindSweep, chart.Options{}, kmeans},
		{"silhouette", chart.KindSilhouette, chart.Options{}, kmeans},
		{"tree", chart.KindTree, chart.Options{}, kmeans},
		{"importance", chart.KindImportance, chart.Options{}, kmeans},
		{"map", chart.KindMap, chart.Options{}, kmeans},
		{"map-only", chart.KindMap, chart.Options{Only: map[int]bool{1: true}}, shop},
		{"dendrogram", chart.KindDendrogram, chart.Options{}, hierarchy},
		{"dendrogram-low", chart.KindDendrogram, chart.Options{Cut: ptr(1.6)}, hierarchy},
		{"stability", chart.KindStability, chart.Options{}, evidence},
		{"calibration", chart.KindCalibration, chart.Options{}, evidence},
		{"tracking", chart.KindTracking, chart.Options{}, evidence},
		{"reliability", chart.KindReliability, chart.Options{}, evidence},
		{"rules", chart.KindRules, chart.Options{}, evidence},
		{"ladder", chart.KindLadder, chart.Options{}, evidence},
		{"stages", chart.KindStages, chart.Options{}, evidence},
		{"interests", chart.KindInterests, chart.Options{}, evidence},
		{"effects", chart.KindEffects, chart.Options{}, evidence},
		{"correlation", chart.KindCorrelation, chart.Options{}, evidence},
		{"crosstab", chart.KindCrosstab, chart.Options{}, evidence},
		{"agreement", chart.KindAgreement, chart.Options{}, evidence},
		{"treemap-k", chart.KindTreemap, chart.Options{}, kmeans},
	}
}

func ptr(v float64) *float64 { return &v }
