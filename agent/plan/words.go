package plan

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// words writes sentences with dates of one time zone.
type words struct{ zone *time.Location }

func (w words) date(t time.Time) string {
	if w.zone != nil {
		t = t.In(w.zone)
	} else {
		t = t.UTC()
	}
	return t.Format("2 January 2006")
}

func (w words) why(d Due, every time.Duration) string {
	if len(d.Because) > 0 {
		sentences := make([]string, len(d.Because))
		for i, b := range d.Because {
			sentences[i] = b.Sentence
		}
		return strings.Join(sentences, " ")
	}
	class := "class " + string(d.Standing.Class)
	if d.Standing.Class == NoClass {
		class = "an item without a class"
	}
	return fmt.Sprintf("Last counted on %s, and %s is counted every %d days.", w.date(d.Counted), class, int64(every/day))
}

func (w words) negative(onHand int64) string {
	return fmt.Sprintf("The books say %d: there can't be less than nothing.", onHand)
}

func (w words) never(i *Item) string {
	if len(i.Counted) == 0 {
		return "It was never counted."
	}
	var missing []string
	for _, bin := range i.Bins {
		if _, known := i.countedIn(bin); !known {
			missing = append(missing, string(bin))
		}
	}
	return fmt.Sprintf("It was never counted in %s.", strings.Join(missing, ", "))
}

func (w words) uncertain(asked bool, at time.Time) string {
	if asked {
		return fmt.Sprintf("After the count of %s it was to be counted once more, and nobody did.", w.date(at))
	}
	return fmt.Sprintf("The count of %s could not tell how many there were, so a person chose.", w.date(at))
}

func (w words) wrong(variance int64, at time.Time) string {
	more, n := "more", variance
	if variance < 0 {
		more, n = "fewer", -variance
	}
	return fmt.Sprintf("The count of %s found %d %s than the books had.", w.date(at), n, more)
}

func (w words) emptied(changed, last time.Time) string {
	if changed.IsZero() {
		return fmt.Sprintf("The books say 0, and on %s there were some: nobody has confirmed that they are gone.", w.date(last))
	}
	return fmt.Sprintf("The books say 0 since %s, and nobody has looked since.", w.date(changed))
}

func (w words) turnover(handled, onHand int64, last time.Time) string {
	return fmt.Sprintf("%s went through hands since the count of %s, and %d are on hand.", many(handled, "unit"), w.date(last), onHand)
}

func (w words) transferred(at time.Time) string {
	return fmt.Sprintf("A transfer moved it on %s, after the last count.", w.date(at))
}

// many writes a number of things.
func many(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return thousands(n) + " " + thing + "s"
}

func items(n int64) string { return many(n, "item") }

// were is the verb behind items.
func were(n int64) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func are(n int64) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func have(n int64) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

// verb puts a verb behind a number of things.
func verb(n int64, word string) string {
	if n == 1 {
		return word + "s"
	}
	return word
}

// percent writes a share with one decimal where it has one, rounded down so that it
// never promises too much.
func percent(share float64) string { return tenths(math.Floor(share*1_000 + 1e-9)) }

// percentNear is percent rounded to the nearest tenth.
func percentNear(share float64) string { return tenths(math.Round(share * 1_000)) }

func tenths(n float64) string {
	text := fmt.Sprintf("%.1f", n/10)
	return strings.TrimSuffix(text, ".0") + " %"
}

// thousands writes a number with separators.
func thousands(n int64) string {
	text := fmt.Sprint(n)
	from := 1
	if n < 0 {
		from = 2
	}
	for i := len(text) - 3; i >= from; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
