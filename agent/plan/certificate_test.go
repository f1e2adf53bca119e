package plan_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/plan"
)

// Sizes of samples without an error that certify a share with 95 % confidence.
func TestSampleSizes(t *testing.T) {
	rights := []int64{9_000, 9_500, 9_700, 9_800, 9_900}
	for _, tt := range []struct {
		all  int64
		want []int64
	}{
		{500, []int64{28, 56, 90, 129, 225}},
		{1_000, []int64{29, 57, 94, 138, 258}},
		{5_000, []int64{29, 59, 98, 147, 290}},
		{20_000, []int64{29, 59, 99, 148, 296}},
		{0, []int64{0, 0, 0, 0, 0}},
		{1, []int64{1, 1, 1, 1, 1}},
		{10, []int64{10, 10, 10, 10, 10}},
	} {
		for i, right := range rights {
			if got := plan.SampleSize(tt.all, right, 9_500); got != tt.want[i] {
				t.Errorf("%d of %d for %d: want %d", got, tt.all, right, tt.want[i])
			}
		}
	}
	if got := plan.SampleSize(40, 10_000, 9_500); got != 38 {
		t.Errorf("%d of 40 rule one wrong item out, want 38", got)
	}
}

func TestWilsonInterval(t *testing.T) {
	for _, tt := range []struct {
		right, n int64
		want     string
	}{
		{57, 60, "86.3 98.3"},
		{190, 200, "91.0 97.3"},
		{380, 400, "92.4 96.7"},
		{0, 0, "0.0 100.0"},
		{10, 10, "72.2 100.0"},
		{0, 10, "0.0 27.8"},
	} {
		least, most := plan.Wilson(tt.right, tt.n, 9_500)
		if got := fmt.Sprintf("%.1f %.1f", 100*least, 100*most); got != tt.want {
			t.Errorf("%d of %d: %s, want %s", tt.right, tt.n, got, tt.want)
		}
	}
}

// members are n items, of class A 20 %, B 30 % and C 50 %.
func members(n int) []plan.Member {
	list := make([]plan.Member, n)
	for i := range list {
		class := plan.C
		switch {
		case i < n/5:
			class = plan.A
		case i < n/2:
			class = plan.B
		}
		list[i] = plan.Member{Item: agent.ItemID(fmt.Sprintf("item-%05d", i)), Class: class}
	}
	return list
}

// checked finds every item of a sample right but the first few.
func checked(s plan.Sample, wrong int) map[agent.ItemID]plan.Finding {
	findings := map[agent.ItemID]plan.Finding{}
	for i, item := range s.Items() {
		findings[item] = plan.IsRight
		if i < wrong {
			findings[item] = plan.IsWrong
		}
	}
	return findings
}

func TestTheSentenceOfACertificate(t *testing.T) {
	one := make([]plan.Member, 5_000)
	for i, m := range members(5_000) {
		one[i] = plan.Member{Item: m.Item, Class: plan.A}
	}
	for _, tt := range []struct {
		members []plan.Member
		wrong   int
		want    string
	}{
		{one, 0, "59 of 5,000 checked, none wrong: at least 95 % right with 95 % confidence."},
		{one, 3, "59 of 5,000 checked, 3 wrong: between 86.1 % and 98.3 % right with 95 % confidence."},
		{members(5_000), 0, "59 of 5,000 checked, none wrong: at least 95 % right with 95 % confidence."},
		{members(10), 0, "All 10 checked, none wrong: 100 % right."},
		{members(10), 1, "All 10 checked, 1 wrong: 90 % right."},
	} {
		s := plan.Draw(tt.members, "seed", plan.Rules{})
		if c := s.Certify(checked(s, tt.wrong)); c.Sentence != tt.want || c.Void != "" {
			t.Errorf("%s\nwant %s", c.Sentence, tt.want)
		}
	}
}

// What was not drawn by the agent, or not checked as a whole, certifies nothing.
func TestCertificateIsVoid(t *testing.T) {
	s := plan.Draw(members(500), "seed", plan.Rules{})
	findings := checked(s, 0)
	chosen := s
	chosen.Seed = ""
	left := checked(s, 0)
	delete(left, s.Items()[7])
	for _, tt := range []struct {
		sample   plan.Sample
		findings map[agent.ItemID]plan.Finding
		want     string
	}{
		{chosen, findings, "not drawn by the agent"},
		{s, left, "1 of the 56 that were drawn was not counted, or not certainly"},
		{s, nil, "56 of the 56 that were drawn were not counted, or not certainly"},
		{plan.Sample{Seed: "seed"}, findings, "not drawn"},
	} {
		c := tt.sample.Certify(tt.findings)
		if !strings.Contains(c.Void, tt.want) || !strings.HasPrefix(c.Sentence, "This certifies nothing.") || c.Least != 0 || c.Most != 1 {
			t.Errorf("%+v, want %s", c, tt.want)
		}
	}
}

// Other items may be looked at beside the sample; they change nothing.
func TestItemsBesideTheSampleSayNothing(t *testing.T) {
	s := plan.Draw(members(500), "seed", plan.Rules{})
	findings := checked(s, 1)
	want := s.Certify(findings)
	for _, m := range members(500) {
		if _, drawn := findings[m.Item]; !drawn {
			findings[m.Item] = plan.IsWrong
		}
	}
	if got := s.Certify(findings); got != want {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

// drawMembers draws classes of any size.
func drawMembers(t *rapid.T) []plan.Member {
	var list []plan.Member
	for _, c := range plan.Classes {
		for i := range rapid.IntRange(0, 150).Draw(t, string(c)) {
			list = append(list, plan.Member{Item: agent.ItemID(fmt.Sprintf("%s-%d", c, i)), Class: c})
		}
	}
	return list
}

// A sample holds each item once, some of every class, does not depend on the order
// of the catalogue, can be drawn again, and certifies what it was drawn for.
func TestSamples(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := drawMembers(t)
		seed := rapid.StringN(1, 20, -1).Draw(t, "seed")
		r := plan.Rules{Right: rapid.Int64Range(8_000, 10_000).Draw(t, "right"), Confidence: rapid.Int64Range(8_000, 9_900).Draw(t, "confidence")}
		s := plan.Draw(list, seed, r)
		if !s.DrawnFrom(rapid.Permutation(list).Draw(t, "order")) {
			t.Fatal("the sample depends on the order")
		}
		if int(s.Of()) != len(list) {
			t.Fatalf("drawn from %d of %d", s.Of(), len(list))
		}
		seen := map[agent.ItemID]bool{}
		for _, stratum := range s.Strata {
			if len(stratum.Items) == 0 || len(stratum.Items) > int(stratum.Of) {
				t.Fatalf("%d of %d of class %s", len(stratum.Items), stratum.Of, stratum.Class)
			}
			for _, item := range stratum.Items {
				if seen[item] || !slices.Contains(list, plan.Member{Item: item, Class: stratum.Class}) {
					t.Fatalf("%s is drawn twice or is no member", item)
				}
				seen[item] = true
			}
		}
		if len(list) == 0 {
			return
		}
		if c := s.Certify(checked(s, 0)); c.Void != "" || c.Least < float64(r.Right)/10_000-1e-12 {
			t.Fatalf("a flawless check certifies %+v, want %d", c, r.Right)
		}
		s.Strata[0].Items[0] = "chosen by hand"
		if s.DrawnFrom(list) {
			t.Fatal("a sample with an item chosen by hand passes as drawn")
		}
	})
}

// choose is n over k.
func choose(n, k int64) float64 {
	if k < 0 || k > n {
		return 0
	}
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return math.Exp(a - b - c)
}

// A flawless check rules out everything beyond its bound in whatever classes the
// errors lie, and nothing that could be within it.
func TestFlawlessCheckRulesOutTheWorstCase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []plan.Member
		for _, c := range plan.Classes[:2] {
			for i := range rapid.IntRange(1, 40).Draw(t, string(c)) {
				list = append(list, plan.Member{Item: agent.ItemID(fmt.Sprintf("%s-%d", c, i)), Class: c})
			}
		}
		s := plan.Draw(list, "seed", plan.Rules{Right: rapid.Int64Range(7_000, 9_500).Draw(t, "right")})
		hidden := int64(math.Round((1 - s.Certify(checked(s, 0)).Least) * float64(len(list))))
		worst := func(wrong int64) float64 {
			most := 0.0
			for inA := range wrong + 1 {
				p := 1.0
				for i, in := range []int64{inA, wrong - inA} {
					if i >= len(s.Strata) {
						continue
					}
					of, n := s.Strata[i].Of, int64(len(s.Strata[i].Items))
					if in > of {
						p = 0
						continue
					}
					p *= choose(of-in, n) / choose(of, n)
				}
				most = max(most, p)
			}
			return most
		}
		if p := worst(hidden + 1); p > 0.05+1e-9 {
			t.Fatalf("%d wrong are ruled out, but hide with %f", hidden+1, p)
		}
		if p := worst(hidden); hidden > 0 && p < 0.05-1e-9 {
			t.Fatalf("%d wrong could be ruled out: they hide with %f", hidden, p)
		}
	})
}

// In shops in which just too much is wrong, not more than about one check in twenty
// finds nothing.
func TestCertificatesAreSeldomFalse(t *testing.T) {
	list := members(1_000)
	const tries = 2_000
	falsely := 0
	for try := range tries {
		s := plan.Draw(list, fmt.Sprint("seed ", try), plan.Rules{})
		right := true
		for _, item := range s.Items() {
			var n int
			if _, err := fmt.Sscanf(string(item), "item-%d", &n); err != nil {
				t.Fatal(err)
			}
			right = right && n%20 != 0 // 50 of 1,000 are wrong, in every class
		}
		if right {
			falsely++
		}
	}
	if share := float64(falsely) / tries; share > 0.07 || share < 0.02 {
		t.Errorf("%.3f of the checks certify too much", share)
	}
}
