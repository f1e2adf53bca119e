package shopify

import (
	"context"
	"encoding/json"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// overlap is how far back changes are asked for again: the shop's search finds some
// of them late. What it finds later still the next whole catalogue brings.
const overlap = 2 * time.Minute

// changedCursor says up to when changes are known, and where a look at them stands.
type changedCursor struct {
	Shop  string    `json:"shop"` // whose changes they are
	Since time.Time `json:"since"`
	Began time.Time `json:"began,omitzero"` // of the look that is under way
	After string    `json:"after,omitempty"`
}

func (c changedCursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic("shopify: encode a cursor: " + err.Error())
	}
	return string(text)
}

// mark is where the changes of a catalogue begin that was begun to be read at a
// time.
func (c *Connector) mark(began time.Time) string {
	return changedCursor{Shop: c.client.base, Since: began.UTC()}.String()
}

// Changed implements agent.Refresher: the variants that the shop's search finds as
// updated. It tells nothing of deleted ones, and what belongs to the product, as a
// part of the name does, may change without an update of the variant.
func (c *Connector) Changed(ctx context.Context, location agent.LocationID, text string) (agent.Page[agent.Item], error) {
	var page agent.Page[agent.Item]
	if err := c.use(location); err != nil {
		return page, err
	}
	var cur changedCursor
	if json.Unmarshal([]byte(text), &cur) != nil || cur.Shop != c.client.base || cur.Since.IsZero() {
		return page, &agent.Error{
			Code: "shopify.other-catalogue", Class: agent.Missing,
			What:  "The catalogue in force was not read from this shop.",
			Means: "What changed since then is not known.", Do: "Read the whole catalogue: stockhand catalog sync.",
		}
	}
	query := "updated_at:>='" + cur.Since.Add(-overlap).UTC().Format(time.RFC3339) + "'"
	for {
		var after *string
		if cur.After != "" {
			after = &cur.After
		}
		var more *string
		err := c.steadily(ctx, func() (err error) {
			page, more, err = c.variants(ctx, after, &query)
			return err
		})
		if isInvalid(err) && cur.After != "" {
			cur.After, cur.Began = "", time.Time{} // a cursor that has gone: the look begins again
			continue
		}
		if err != nil {
			return page, plain(err)
		}
		now, _ := c.client.upstream(c.client.newest.sent)
		if cur.Began.IsZero() {
			cur.Began = now
		}
		if more != nil {
			cur.After = *more
			page.Next, page.More = cur.String(), true
			return page, nil
		}
		page.Complete = cur.Began
		page.CompleteLocal = c.client.offset.Local(cur.Began).Earliest()
		page.Next = c.mark(cur.Began)
		return page, nil
	}
}
