package rehearsal

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
)

// strange are days with more trouble than a table holds.
var strange = []scenario{
	{name: "the shop's clock is set on", sales: 1000, basket: 5 * time.Minute, set: time.Minute},
	{name: "the shop's clock is set back", sales: 1000, basket: 5 * time.Minute, set: -time.Minute},
	{name: "the search is slow", sales: 1000, basket: 5 * time.Minute, lag: 40 * time.Second},
	{name: "an hour without the internet", sales: 1000, basket: 5 * time.Minute, late: 0.1, outage: time.Hour},
}

// Many small days, each with other chances: REHEARSAL_DAYS=100 looks for a day that
// does not end right, from REHEARSAL_SEED on.
func TestManyDays(t *testing.T) {
	days, first := number(t, "REHEARSAL_DAYS", 0), number(t, "REHEARSAL_SEED", 1)
	if days == 0 {
		t.Skip("REHEARSAL_DAYS says how many")
	}
	all := slices.Concat(kinds, strange)
	for i := range days {
		s := scaled(t, all[i%len(all)])
		s.seed = uint64(first + i)
		if only := os.Getenv("REHEARSAL_KIND"); only != "" && only != s.name {
			continue
		}
		t.Run(fmt.Sprintf("%s, seed %d", s.name, s.seed), func(t *testing.T) {
			t.Parallel()
			right(t, rehearsed(t, s))
		})
	}
}
