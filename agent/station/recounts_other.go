package station

import (
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// OwnRecount is what becomes of a read in a recount whose person counted the item
// first, where somebody else has to.
const OwnRecount Heard = "own recount"

// NotSigned is what becomes of a read where it has to be known who counts and is not.
const NotSigned Heard = "not signed"

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

// asksWho reports whether it has to be known who counts in a count: one person checks
// another, and people sign in here.
func asksWho(v agent.View, id agent.CountID) (bool, error) {
	count, err := findCount(v, id)
	if err != nil || !count.Policy.VerifyByOther && !count.Policy.ApproveByOther {
		return false, err
	}
	people, err := v.People()
	return len(people) > 0, err
}

// barred returns why somebody can not count an item in a pass; "" where that can be. An
// item of which it is not known who counted it would have to be counted once more.
func barred(v agent.View, pass agent.Pass, item agent.ItemID, who agent.Actor) (Heard, error) {
	asks, err := asksWho(v, pass.Count)
	if err == nil && asks {
		var known bool
		if known, err = agent.Somebody(v, who); err == nil && !known {
			return NotSigned, nil
		}
	}
	if err != nil {
		return "", err
	}
	own, err := ownRecount(v, pass, item, who)
	if own {
		return OwnRecount, err
	}
	return "", err
}

// mayCount is barred as a refusal.
func mayCount(v agent.View, pass agent.Pass, item agent.ItemID, who agent.Actor) error {
	why, err := barred(v, pass, item, who)
	switch {
	case err != nil:
		return err
	case why == NotSigned:
		return signInFirst()
	case why == OwnRecount:
		return youCountedFirst("this item")
	}
	return nil
}

func signInFirst() error {
	return refuse("sign_in_first", "Here one person checks what another counted, and nobody has signed in.",
		"Sign in with your PIN or scan your badge, then do it again.")
}

func youCountedFirst(what string) error {
	return refuse("own_recount", "You counted "+what+" first, and here somebody else has to count it once more.",
		"Let somebody else sign in and count it.")
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
	if err != nil || len(people) == 0 {
		return err
	}
	known, err := agent.Somebody(v, who)
	if err == nil && !known {
		err = signInFirst()
	}
	return err
}

// notOwn refuses to approve what the caller counted or had a hand in, where the policy
// wants two people. What stands is looked at: who counted before it was counted once
// more is nobody's judge.
func notOwn(v agent.View, c command, variance agent.Variance) error {
	people, err := v.People()
	if err != nil {
		return err
	}
	for _, line := range variance.Lines {
		by, err := v.CountedBy(line.Count, line.Item)
		if err != nil {
			return err
		}
		for _, b := range by {
			if b.Bin != line.Bin || b.Round != line.Round {
				continue
			}
			known, err := agent.Somebody(v, b.Actor)
			switch {
			case err != nil:
				return err
			case b.Actor == c.caller.Actor && b.Decided:
				return clash("own_count", "You undid or took in what others scanned of "+quote(string(variance.Item))+", and here somebody else has to approve it.",
					"Ask somebody else who may approve to look at it.")
			case b.Actor == c.caller.Actor:
				return clash("own_count", "You counted "+quote(string(variance.Item))+" yourself, and here somebody else has to approve it.",
					"Ask somebody else who may approve to look at it.")
			case !known && (len(people) > 0 || b.Actor.Kind == agent.DeviceActor):
				return clash("counter_unknown", "It is not known who counted "+quote(string(variance.Item))+": nobody had signed in. Here who counted must not approve.",
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
