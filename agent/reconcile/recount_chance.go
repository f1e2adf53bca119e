package reconcile

import (
	"fmt"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// sign is something that makes a miscount likelier.
type sign struct {
	fits   func(Doubtful) bool
	chance int64 // added, in basis points
	words  func(Doubtful) string
}

// Chances of a miscount, in basis points: of any line, and of the likeliest one.
const (
	chanceOfAny   = 500
	chanceAtMost  = 9_000
	chanceMoved   = 5_000 // where it is not certain what the number was compared with
	chanceOfAgain = 2     // a line that was counted once more is so many times less likely wrong
)

// signs are what a person looks for first in a list of differences.
//
// Source: our convention, by the causes that people name: a case counted as one piece or
// the other way round, a shelf scanned twice, a second place forgotten, goods that
// moved meanwhile, a number mistyped.
var signs = []sign{
	{isPacks, 2_500, func(j Doubtful) string {
		return fmt.Sprintf("the difference is exactly %s", cases(abs(j.Variance.Variance.Lo)/packOf(j), packOf(j)))
	}},
	{isDoubled, 2_500, func(Doubtful) string { return "it is twice what was expected, as if it was counted twice" }},
	{isDigits, 2_000, func(Doubtful) string { return "two digits may be swapped" }},
	{isLarge, 2_000, func(Doubtful) string { return "more than half of it is different" }},
	{isNothing, 1_500, func(Doubtful) string { return "none was found where some was expected" }},
	{hasPlaces, 1_000, func(j Doubtful) string { return fmt.Sprintf("it was counted in %d places", len(j.Variance.Lines)) }},
	{hasMoved, 1_000, func(Doubtful) string { return "it moved around the time of the count" }},
}

// chanceOf says how likely a miscount is, and why.
func chanceOf(j Doubtful) (chance int64, why []string) {
	if j.Variance.Status == agent.NeedsRecount {
		return chanceMoved, []string{"it is not certain what the difference is, and the decision depends on it"}
	}
	chance = chanceOfAny
	for _, s := range signs {
		if s.fits(j) {
			chance += s.chance
			why = append(why, s.words(j))
		}
	}
	if slices.ContainsFunc(j.Variance.Lines, func(l agent.Line) bool { return l.Round > 0 }) {
		chance /= chanceOfAgain
		why = append(why, "it was counted once more already, and differently")
	}
	if len(why) == 0 {
		why = []string{"nothing points to a miscount, but the difference is beyond the tolerance"}
	}
	return min(chance, chanceAtMost), why
}

// packOf returns the largest pack of which the difference is made; 0 if there is none.
func packOf(j Doubtful) (largest int64) {
	difference := abs(j.Variance.Variance.Lo)
	for _, code := range j.Item.Codes {
		if p := code.Pack; p > 1 && difference > 0 && (difference%p == 0 || p-1 > 0 && difference%(p-1) == 0) {
			largest = max(largest, p)
		}
	}
	return largest
}

// isPacks reports whether the difference is made of whole packs, or of packs that were
// counted as one piece.
func isPacks(j Doubtful) bool { return packOf(j) > 1 }

func cases(n, pack int64) string {
	if n == 1 {
		return fmt.Sprintf("one case of %d, or that of one counted as a piece", pack)
	}
	return fmt.Sprintf("that of cases of %d", pack)
}

func isDoubled(j Doubtful) bool {
	v := j.Variance
	return v.Expected.Certain() && v.Expected.Lo > 1 && v.Counted == 2*v.Expected.Lo
}

// isDigits reports whether swapping two digits next to each other makes the number that
// was expected: such differences can be divided by 9.
func isDigits(j Doubtful) bool {
	v := j.Variance
	if !v.Expected.Certain() || v.Expected.Lo < 10 || v.Counted < 10 || (v.Counted-v.Expected.Lo)%9 != 0 {
		return false
	}
	digits := []byte(fmt.Sprint(v.Counted))
	want := fmt.Sprint(v.Expected.Lo)
	for i := range len(digits) - 1 {
		digits[i], digits[i+1] = digits[i+1], digits[i]
		if string(digits) == want {
			return v.Counted != v.Expected.Lo
		}
		digits[i], digits[i+1] = digits[i+1], digits[i]
	}
	return false
}

func isLarge(j Doubtful) bool {
	v := j.Variance
	return v.Expected.Certain() && v.Counted > 0 && 2*abs(v.Variance.Lo) > max(v.Expected.Lo, 1)
}

func isNothing(j Doubtful) bool {
	return j.Variance.Counted == 0 && j.Variance.Variance.Lo < 0
}

func hasPlaces(j Doubtful) bool { return len(j.Variance.Lines) > 1 }

func hasMoved(j Doubtful) bool {
	return slices.ContainsFunc(j.Variance.Effects, func(e agent.Effect) bool {
		return e.Movement.Kind != agent.Adjusted && !e.Movement.Kind.OfNumber()
	})
}
