package agent_test

import (
	"testing"

	"github.com/stockhand/stockhand/agent"
)

var everyRole = []agent.Role{agent.Counter, agent.Manager, agent.POS, agent.Admin, "", "nobody"}

var everyRight = []agent.Right{agent.MayCount, agent.MayManage, agent.MayApprove, agent.MayAdmin, agent.MayTell}

// Whoever signs in, and however: nobody may do anything that the browser could not do
// before, nor anything that the person may not do.
func TestSigningInNeverRaisesRights(t *testing.T) {
	for _, of := range everyRole {
		for _, person := range everyRole {
			for _, by := range []agent.SignedBy{agent.ByPIN, agent.ByBadge, ""} {
				access := agent.Access{ID: "a", Name: "tablet", Role: of}
				c := agent.CallerOf(access, &agent.Working{Person: agent.Person{ID: "Anna", Role: person}, By: by})
				if c.Actor != (agent.Actor{Kind: agent.PersonActor, ID: "Anna"}) || c.Origin != "a" {
					t.Fatalf("the caller is %+v", c)
				}
				for _, right := range everyRight {
					both := agent.Caller{Role: of}.May(right) && agent.Caller{Role: person}.May(right)
					if by != agent.ByPIN && right != agent.MayCount {
						both = false // a badge can be copied
					}
					if c.May(right) != both {
						t.Errorf("access %q, person %q by %q: may %s is %v", of, person, by, right, !both)
					}
				}
			}
		}
	}
	alone := agent.CallerOf(agent.Access{ID: "a", Name: "tablet", Role: agent.Manager}, nil)
	if alone.Actor != (agent.Actor{Kind: agent.BrowserActor, ID: "tablet"}) || alone.Role != agent.Manager {
		t.Errorf("with nobody signed in the caller is %+v", alone)
	}
}

func TestAProofIsOfOneSecretAndOneSalt(t *testing.T) {
	one, two := agent.BadgeProof("7H3K", []byte("a")), agent.BadgeProof("7H3K", []byte("b"))
	if one == two {
		t.Error("two salts make the same proof")
	}
	for kept, want := range map[string]bool{one: true, two: true, "": false, "x$1$YQ$YQ": false, one[:len(one)-1]: false, "pbkdf2-sha512$99999999999$YQ$YQ": false} {
		if agent.Proves("7H3K", kept) != want || agent.Proves("7h3k", kept) || agent.Proves("", kept) {
			t.Errorf("%q proves %v", kept, !want)
		}
	}
	if pin := agent.PINProof("271828", []byte("a")); !agent.Proves("271828", pin) || agent.Proves("271829", pin) {
		t.Error("a PIN is not proven by its hash")
	}
}
