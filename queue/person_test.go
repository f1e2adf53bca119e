package queue

import (
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// who reads who uses an access.
func who(t *testing.T, q *Queue, access string) agent.PersonID {
	t.Helper()
	return lookUp(t, q, func(v agent.View) (agent.PersonID, error) {
		p, _, _, err := v.SignedIn(access)
		return p.ID, err
	})
}

func byBadge(t *testing.T, q *Queue, value string) agent.PersonID {
	t.Helper()
	return lookUp(t, q, func(v agent.View) (agent.PersonID, error) {
		p, _, err := v.PersonByBadge(value)
		return p.ID, err
	})
}

func TestWhoWasRemovedIsNobodyAndKeepsTheName(t *testing.T) {
	q := openTemp(t)
	ben := agent.Person{ID: "Ben", Name: "Ben", Role: agent.Counter, Badge: agent.BadgeProof("BBB", []byte("one"))}
	eva := agent.Person{ID: "Eva", Name: "Eva", Role: agent.Manager, Badge: agent.BadgeProof("EEE", []byte("two"))}
	put(t, q, events(agent.NewEvent(agent.PersonAdded, ben), agent.NewEvent(agent.PersonAdded, eva),
		agent.NewEvent(agent.PersonSignedIn, agent.SignIn{Access: "tablet", Person: "Ben", By: agent.ByBadge})))
	if byBadge(t, q, "EEE") != "Eva" || byBadge(t, q, "BBB") != "Ben" || byBadge(t, q, "") != "" || byBadge(t, q, "eee") != "" {
		t.Error("a badge leads to somebody else")
	}
	if who(t, q, "tablet") != "Ben" {
		t.Error("Ben did not sign in")
	}
	put(t, q, events(agent.NewEvent(agent.PersonRemoved, agent.PersonFact{Person: "Ben"})))
	if byBadge(t, q, "BBB") != "" || who(t, q, "tablet") != "" {
		t.Error("who was removed is still known by the badge, or still signed in")
	}
	for _, e := range []agent.Event{
		agent.NewEvent(agent.PersonAdded, ben), // another Ben would be taken for this one
		agent.NewEvent(agent.PersonChanged, ben),
		agent.NewEvent(agent.PersonRemoved, agent.PersonFact{Person: "Ben"}),
		agent.NewEvent(agent.PersonSignedIn, agent.SignIn{Access: "tablet", Person: "Ben"}),
		agent.NewEvent(agent.PersonSignedIn, agent.SignIn{Access: "tablet", Person: "nobody"}),
	} {
		if _, err := tryPut(q, events(e)); agent.AsError(err).Class != agent.Clash {
			t.Errorf("%s of a person who is not here: %v", e.Kind, err)
		}
	}
	checkSound(t, q)
}
