package survey_test

import (
	"encoding/json"
	"testing"

	"qunxiang/core/survey"
	"qunxiang/internal/reference"
)

// The published alphas of bfi (manual of R's psych, scoreItems, which fills gaps with
// medians) to two decimals; the exact figures are of our own R 4.2 script over cov(use =
// "pairwise.complete.obs"), eigen and qf.
func TestBFI(t *testing.T) {
	t.Parallel()
	rep := analyse(t, reports(t, "bfi.csv"), survey.Settings{})
	for _, c := range []struct {
		name                                                           string
		published, alpha, standard, meanR, component, low, high, m, sd float64
		reversed                                                       []string
		rest, without                                                  []float64
	}{
		{
			"A", .70, .7030184461, .7130285787, .3319676571, .4735662997, .6852546094, .7200723453, 4.6529734239, .8975538106,
			[]string{"A1"},
			[]float64{.3084177395, .5636151638, .5870045895, .3944440866, .4885651358},
			[]float64{.7185173570, .6171800370, .6002595788, .6858056523, .6429529601},
		},
		{
			"C", .72, .7267349729, .7300725844, .3510454356, .4815405246, .7103867478, .7424297216, 4.2657546495, .9515103555,
			[]string{"C4", "C5"},
			[]float64{.4502416902, .5045647089, .4642048500, .5525466503, .4774691993},
			[]float64{.6940004192, .6735714574, .6887341018, .6538255710, .6897249308},
		},
		{
			"E", .76, .7617328203, .7617950941, .3901000814, .5138148561, .7474809612, .7754150993, 4.1447026576, 1.0610723383,
			[]string{"E1", "E2"},
			[]float64{.5162729169, .6053688372, .5045725487, .5779939658, .4542445985},
			[]float64{.7256547185, .6901803753, .7279141887, .7018884966, .7436327323},
		},
		{
			"N", .81, .8139629499, .8146746742, .4678539393, .5780926929, .8028331847, .8246478326, 3.1608905579, 1.1961556047, nil,
			[]float64{.6672057085, .6526162493, .6748167104, .5428001298, .4864824061},
			[]float64{.7581379139, .7632326519, .7553428060, .7953499088, .8126021783},
		},
		{
			"O", .60, .6001725148, .6072684310, .2362060852, .3951630563, .5762526235, .6231362726, 4.5874880782, .8084259393,
			[]string{"O2", "O5"},
			[]float64{.3906794299, .3321195449, .4505342383, .2179426905, .4162105060},
			[]float64{.5315935125, .5672275082, .4973613504, .6114810565, .5116575901},
		},
	} {
		s := scale(t, rep, c.name)
		near(t, c.name+" published alpha", s.Alpha, c.published, 0.0075)
		near(t, c.name+" alpha", s.Alpha, c.alpha, 1e-9)
		near(t, c.name+" standardised", s.Standard, c.standard, 1e-9)
		near(t, c.name+" mean r", s.MeanR, c.meanR, 1e-9)
		near(t, c.name+" component", s.Component, c.component, 1e-9)
		near(t, c.name+" low", s.Interval.Low, c.low, 1e-8)
		near(t, c.name+" high", s.Interval.High, c.high, 1e-8)
		near(t, c.name+" mean", s.Mean, c.m, 1e-9)
		near(t, c.name+" sd", s.SD, c.sd, 1e-9)
		var reversed []string
		for i, it := range s.Items {
			if it.Reversed {
				reversed = append(reversed, it.Name)
			}
			near(t, it.Name+" item-rest", it.Rest, c.rest[i], 1e-9)
			near(t, it.Name+" alpha without", it.Without, c.without[i], 1e-9)
		}
		if len(reversed) != len(c.reversed) || s.Suggestion != len(c.reversed) {
			t.Errorf("%s: reversed %v, want %v", c.name, reversed, c.reversed)
		}
		for i, want := range c.reversed {
			if reversed[i] != want {
				t.Errorf("%s: reversed %v, want %v", c.name, reversed, c.reversed)
			}
		}
	}
}

// golden are the figures of survey_golden.json for mcdonalds: Dolnicar, Grün and Leisch,
// Market Segmentation Analysis, 2018, and computed ones.
type golden struct {
	Mcdonalds struct {
		N        int                `json:"n"`
		ShareYes map[string]float64 `json:"share_yes"`
		Like     map[string]int     `json:"like_counts"`
		Visit    map[string]int     `json:"visit_counts"`
		Gender   map[string]int     `json:"gender"`
		Age      float64            `json:"age_mean"`
		SDev     []float64          `json:"pca_sdev"`
		NPS      struct {
			Promoters, Passives, Detractors int
			NPS                             float64
		} `json:"nps_like_example"`
	} `json:"mcdonalds"`
}

func goldenOf(tb testing.TB) golden {
	tb.Helper()
	var g golden
	if err := json.Unmarshal(reference.Read(tb, "golden/stats/survey_golden.json"), &g); err != nil {
		tb.Fatal(err)
	}
	return g
}

func TestMcDonalds(t *testing.T) {
	t.Parallel()
	g := goldenOf(t).Mcdonalds
	r := reports(t, "mcdonalds.csv")
	rep := analyse(t, r, survey.Settings{})
	if rep.Rows != g.N || rep.Used != g.N {
		t.Errorf("rows %d, used %d, want %d", rep.Rows, rep.Used, g.N)
	}
	for name, share := range g.ShareYes {
		it := item(t, rep, name)
		if it.Kind != survey.Binary {
			t.Errorf("%s is %s", name, it.Kind)
		}
		near(t, name, shareOf(it, "Yes"), share, 1e-6)
	}
	for name, counts := range map[string]map[string]int{"Like": g.Like, "VisitFrequency": g.Visit, "Gender": g.Gender} {
		it := item(t, rep, name)
		if len(it.Shares) != len(counts) {
			t.Errorf("%s: %d answers, want %d", name, len(it.Shares), len(counts))
		}
		for _, s := range it.Shares {
			if s.Count != counts[s.Label] {
				t.Errorf("%s %s: %d, want %d", name, s.Label, s.Count, counts[s.Label])
			}
		}
	}
	near(t, "age", item(t, rep, "Age").Mean, g.Age, 1e-6)
	like := item(t, rep, "Like")
	if like.Kind != survey.Likert || like.Low != -5 || like.High != 5 {
		t.Errorf("Like is %s %v…%v", like.Kind, like.Low, like.High)
	}
	near(t, "top 2", like.Top2, float64(g.Like["4"]+g.Like["5"])/float64(g.N), 1e-12)

	nps := item(t, analyse(t, r, survey.Settings{Kinds: map[string]survey.Kind{"Like": survey.NPS}}), "Like").NPS
	if nps == nil || nps.Promoters != g.NPS.Promoters || nps.Passives != g.NPS.Passives || nps.Detractors != g.NPS.Detractors {
		t.Fatalf("NPS %+v, want %+v", nps, g.NPS)
	}
	near(t, "NPS", nps.NPS, g.NPS.NPS, 1e-6)
	// R: d ± qnorm(.975) * sqrt((p + q − d²)/n), p = 303/1453, q = 734/1453
	near(t, "NPS low", nps.Interval.Low, -33.73001866, 1e-7)
	near(t, "NPS high", nps.Interval.High, -25.59551472, 1e-7)
}

// shareOf is the share of an answer.
func shareOf(it survey.ItemReport, label string) float64 {
	for _, s := range it.Shares {
		if s.Label == label {
			return s.Share
		}
	}
	return 0
}
