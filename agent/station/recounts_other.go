package station

import (
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// OwnRecount is what becomes of a read in a recount whose person counted the item
// first, where somebody else has to.
const OwnRecount Heard = "own recount"

// ownRecount reports whether somebody counted an item first that a pass counts once
// more, where the policy wants two people.
func ownRecount(v agent.View, pass agent.Pass, item agent.ItemID, who agent.Actor) (bool, error) {
	if pass.Round == 0 {
		return false, nil
	}
	count, err := findCount(v, pass.Count)
	if err != nil || !count.Policy.VerifyByOther {
		return false, err
	}
	by, err := v.CountedBy(pass.Count, item)
	return slices.ContainsFunc(by, func(b agent.CountedBy) bool { return b.Round == 0 && b.Actor == who }), err
}

// refuseOwnRecount is ownRecount as a refusal.
func refuseOwnRecount(v agent.View, pass agent.Pass, item agent.ItemID, who agent.Actor) error {
	own, err := ownRecount(v, pass, item, who)
	if err == nil && own {
		err = youCountedFirst("this item")
	}
	return err
}

func youCountedFirst(what string) error {
	return refuse("own_recount", "You counted "+what+" first, and here somebody else has to count it once more.",
		"Let somebody else sign in and count it.")
}

// readBy returns who made a read: whoever walks with the scanner.
func readBy(scan agent.Scan, pass agent.Pass) agent.Actor {
	if scan.Actor.Kind == agent.DeviceActor {
		return pass.Person
	}
	return scan.Actor
}

// mayRecount refuses to begin a recount in which the caller can count nothing: it is
// not known who that is, or all of it was counted by the caller first.
func mayRecount(v agent.View, c command, count agent.Count, pass agent.Pass) error {
	if pass.Round == 0 || !count.Policy.VerifyByOther {
		return nil
	}
	if err := isSomebody(v, c.caller.Actor); err != nil {
		return err
	}
	recounts, err := v.Recounts(count.ID)
	if err != nil {
		return err
	}
	for _, r := range recounts {
		if r.Round != pass.Round {
			continue
		}
		for _, item := range r.Items {
			if own, err := ownRecount(v, pass, item, c.caller.Actor); err != nil || !own {
				return err
			}
		}
	}
	return youCountedFirst("all of this")
}

// isSomebody refuses a browser that nobody has signed in at, where people sign in: it
// would not be known whether two are one.
func isSomebody(v agent.View, who agent.Actor) error {
	people, err := v.People()
	known := func(p agent.Person) bool { return p.Actor() == who }
	if err != nil || len(people) == 0 || strings.HasPrefix(who.ID, "local:") || slices.ContainsFunc(people, known) {
		return err
	}
	return refuse("sign_in_first", "Here one person checks what another counted, and nobody has signed in.",
		"Sign in with your PIN, then do it again.")
}

// notOwn refuses to approve what the caller counted, where the policy wants two
// people. What stands is looked at: who counted before it was counted once more is
// nobody's judge.
func notOwn(v agent.View, c command, variance agent.Variance) error {
	for _, line := range variance.Lines {
		by, err := v.CountedBy(line.Count, line.Item)
		if err != nil {
			return err
		}
		for _, b := range by {
			switch {
			case b.Bin != line.Bin || b.Round != line.Round:
			case b.Actor == c.caller.Actor:
				return clash("own_count", "You counted "+quote(string(variance.Item))+" yourself, and here somebody else has to approve it.",
					"Ask somebody else who may approve to look at it.")
			case b.Actor.Kind == agent.DeviceActor:
				return clash("counter_unknown", "It is not known who counted "+quote(string(variance.Item))+": nobody had signed in with the scanner. Here who counted must not approve.",
					"Ask for a recount, and let somebody who signed in count it.")
			}
		}
	}
	return nil
}

// mayUse refuses to use one's own count against a change by somebody else, as it would
// be refused to approve it.
func mayUse(v agent.View, c command, variance agent.Variance) error {
	count, err := findCount(v, variance.Count)
	if err != nil || !count.Policy.ApproveByOther {
		return err
	}
	if err := isSomebody(v, c.caller.Actor); err != nil {
		return err
	}
	return notOwn(v, c, variance)
}
