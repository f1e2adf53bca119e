package station

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/stockhand/stockhand/agent"
)

// ToldBefore asks which movements of a source are stored, by their ids.
type ToldBefore struct {
	Source string   `json:"source,omitempty"` // as in TakeMovements
	IDs    []string `json:"ids"`
}

// Stored is what is stored of a source, in the order of the ids that were asked for;
// those that are not stored are left out.
type Stored struct {
	Source        string      `json:"source"`
	Movements     []StoredRow `json:"movements"`
	CompleteUntil time.Time   `json:"complete_until,omitzero"`
}

// StoredRow is what is stored of a row, in the words in which it was told.
type StoredRow struct {
	MovedRow
	// Uncertainty is by how many seconds its time may be wrong.
	Uncertainty float64 `json:"uncertainty"`
}

func storedRow(m agent.Movement) StoredRow {
	return StoredRow{MovedRow{
		ID: m.SourceID, Occurred: m.Occurred.At, Item: m.Item, Quantity: m.Quantity, Kind: m.Kind, Receipt: m.Receipt, Bin: m.Bin, Posted: m.Posted,
	}, m.Occurred.Uncertainty.Seconds()}
}

func (s *Station) toldMovements(ctx context.Context, c command, a ToldBefore) (Stored, error) {
	if err := c.caller.Require(agent.MayTell); err != nil {
		return Stored{}, err
	}
	source, err := s.sourceOf(c.caller, a.Source)
	if err != nil {
		return Stored{}, err
	}
	if len(a.IDs) > MaxTold {
		return Stored{}, refuse("too_many_movements", fmt.Sprintf("%d ids were asked for at once.", len(a.IDs)), fmt.Sprintf("Ask for at most %d at a time.", MaxTold))
	}
	stored := Stored{Source: source, Movements: []StoredRow{}}
	err = s.store.Read(ctx, func(v agent.View) error {
		known, err := v.MovementsBy(source, a.IDs...)
		if err != nil {
			return err
		}
		for _, id := range a.IDs {
			if m, there := known[id]; there {
				stored.Movements = append(stored.Movements, storedRow(m))
				delete(known, id)
			}
		}
		w, found, err := markOf(v, s.opts.Location, source)
		if found && !w.Offline {
			stored.CompleteUntil = w.Upstream
		}
		return err
	})
	return stored, err
}

// LetIn asks for a token with which a program tells what moved.
type LetIn struct {
	Name string `json:"name"`
}

// Token is shown once: only its hash is kept.
type Token struct {
	Given
	Token string `json:"token"`
}

// letIn gives a program an access of the role pos. It has no page to follow a link in.
func (s *Station) letIn(ctx context.Context, c command, a LetIn) (Token, error) {
	if err := c.caller.Require(agent.MayAdmin); err != nil {
		return Token{}, err
	}
	name := strings.TrimSpace(a.Name)
	if _, err := s.sourceOf(agent.Caller{Role: agent.Admin}, name); err != nil || strings.Contains(name, "/") {
		return Token{}, refuse("bad_name", quote(agent.Harmless(name))+" cannot be the name of a till.", "Give it a name such as till-2, without a slash, and not that of the shop's system.")
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails
	token := base64.RawURLEncoding.EncodeToString(raw[:])
	sum := sha256.Sum256([]byte(token))
	now := s.clock.Now()
	access := agent.Access{ID: ulid.MustNew(ulid.Timestamp(now), rand.Reader).String(), Name: name, Role: agent.POS, Hash: hex.EncodeToString(sum[:]), Given: now.UTC()}
	// The token is no part of what is kept with a command, so a repeat makes another.
	_, err := s.store.Write(ctx, agent.Command{}, func(v agent.View) (agent.Facts, error) {
		given, err := v.Accesses()
		if err != nil {
			return agent.Facts{}, err
		}
		if slices.ContainsFunc(given, func(g agent.Access) bool { return strings.EqualFold(g.Name, name) }) {
			return agent.Facts{}, clash("name_taken", "Somebody has the name "+quote(name)+" already.", "Choose another name, or take the other access away: stockhand pair revoke.")
		}
		if err := agent.NameForBrowser(v, name); err != nil {
			return agent.Facts{}, err
		}
		return s.facts(c, agent.NewEvent(agent.AccessGranted, access)), nil
	})
	return Token{Given{access.ID, access.Name, access.Role, access.Given}, token}, err
}
