package rehearsal

import (
	"fmt"
	"testing"
)

// Many small days, each with other chances: REHEARSAL_DAYS=100 looks for a day that
// does not end right, from REHEARSAL_SEED on.
func TestManyDays(t *testing.T) {
	days, first := number(t, "REHEARSAL_DAYS", 0), number(t, "REHEARSAL_SEED", 1)
	if days == 0 {
		t.Skip("REHEARSAL_DAYS says how many")
	}
	for i := range days {
		s := scaled(t, kinds[i%len(kinds)])
		s.seed = uint64(first + i)
		t.Run(fmt.Sprintf("%s, seed %d", s.name, s.seed), func(t *testing.T) {
			t.Parallel()
			right(t, rehearsed(t, s))
		})
	}
}
