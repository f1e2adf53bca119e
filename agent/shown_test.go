package agent_test

import (
	"slices"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// The values of the flags are stored and their names are told: neither changes.
func TestEveryFlagHasItsName(t *testing.T) {
	for flag, name := range map[agent.ScanFlag]string{
		agent.EndedByQuiet: "ended_by_quiet", agent.TooLong: "too_long", agent.BadCheckDigit: "bad_check_digit",
		agent.Unowned: "unowned", agent.Unknown: "unknown", agent.Ambiguous: "ambiguous", agent.Confirmed: "confirmed",
		agent.Repeated: "repeated", agent.PackUnknown: "pack_unknown", agent.NotArticle: "not_article",
		agent.Joined: "joined", agent.Malformed: "malformed", agent.NoBin: "no_bin", agent.NotAsked: "not_asked",
	} {
		if got := flag.Names(); !slices.Equal(got, []string{name}) {
			t.Errorf("the flag %d is called %v instead of %s", flag, got, name)
		}
	}
	if agent.NoBin != 4096 || agent.NotAsked != 8192 {
		t.Error("a stored flag has another value")
	}
}
