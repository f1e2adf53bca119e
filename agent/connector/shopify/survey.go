package shopify

import (
	"cmp"
	"context"
	"net/url"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
)

// elsewhere is how many other locations of an item are told, with our own.
const elsewhere = 10

// Survey implements agent.Surveyor. Locations beyond the first ten of an item are
// left out: they explain, and nothing is reckoned from them.
func (c *Connector) Survey(ctx context.Context, location agent.LocationID, items []agent.ItemID) ([]agent.Situation, error) {
	if err := c.use(location); err != nil {
		return nil, err
	}
	found := make(map[string]agent.Situation, len(items))
	var ids []string
	for _, id := range items {
		if _, again := found[string(id)]; !again && itemGID.MatchString(string(id)) {
			ids = append(ids, string(id))
		}
		found[string(id)] = agent.Situation{Item: id, Gone: true}
	}
	for len(ids) > 0 {
		n := min(c.sizes.survey, len(ids))
		err := c.surveyPage(ctx, location, ids[:n], found)
		switch {
		case halve(&c.sizes.survey, err):
			continue
		case err != nil:
			return nil, plain(err)
		}
		ids = ids[n:]
		if n == c.sizes.survey {
			c.steer(&c.sizes.survey, "SurveyByItems", 50)
		}
	}
	told := make([]agent.Situation, len(items))
	for i, id := range items {
		told[i] = found[string(id)]
	}
	return told, nil
}

// surveyPage asks for some items and adds what is so of those that the shop knows.
func (c *Connector) surveyPage(ctx context.Context, location agent.LocationID, ids []string, into map[string]agent.Situation) error {
	page, _, err := admin.SurveyByItems(ctx, c.client, ids, string(location), elsewhere)
	if err != nil {
		return err
	}
	if len(page.Nodes) != len(ids) {
		return senseless("it does not answer for every item")
	}
	for i, node := range page.Nodes {
		if node == nil {
			continue
		}
		item, ok := (*node).(*admin.SurveyNodeInventoryItem)
		if !ok || item.Id != ids[i] {
			return senseless("it answers for other items than were asked for")
		}
		if into[item.Id], err = c.situation(location, item); err != nil {
			return err
		}
	}
	return nil
}

func (c *Connector) situation(location agent.LocationID, item *admin.SurveyNodeInventoryItem) (agent.Situation, error) {
	s := agent.Situation{
		Item: agent.ItemID(item.Id), Book: c.blank(location, item.Id, item.Tracked), TrackingLocked: locked(item),
		Link: link(item.InventoryHistoryUrl),
	}
	if item.Sku != nil && strings.TrimSpace(*item.Sku) != "" {
		s.SharedSKU = int64(item.DuplicateSkuCount)
	}
	if item.Variants != nil && len(item.Variants.Nodes) > 0 {
		s.Oversell = item.Variants.Nodes[0].InventoryPolicy == admin.ProductVariantInventoryPolicyContinue
		s.Bundle = item.Variants.Nodes[0].RequiresComponents
	}
	if level := item.InventoryLevel; level != nil {
		if err := fill(&s.Book, level.IsActive, level.CreatedAt, level.Quantities); err != nil {
			return s, err
		}
		s.States = make(map[string]int64, len(level.Quantities))
		for _, q := range level.Quantities {
			s.States[q.Name] = int64(q.Quantity)
		}
	}
	for _, level := range item.InventoryLevels.Nodes {
		if level.Location.Id == string(location) {
			continue
		}
		other := agent.Elsewhere{Location: agent.LocationID(level.Location.Id), Name: clip(level.Location.Name, 100)}
		for _, q := range level.Quantities {
			switch q.Name {
			case "on_hand":
				other.OnHand = int64(q.Quantity)
			case "incoming":
				other.Incoming = int64(q.Quantity)
			}
		}
		s.Elsewhere = append(s.Elsewhere, other)
	}
	return s, nil
}

// locked says why tracking can't be switched on; empty where it is on or can be.
func locked(item *admin.SurveyNodeInventoryItem) string {
	if item.Tracked || !item.TrackedEditable.Locked {
		return ""
	}
	reason := ""
	if item.TrackedEditable.Reason != nil {
		reason = strings.TrimSpace(*item.TrackedEditable.Reason)
	}
	return cmp.Or(clip(reason, 200), "The shop does not say why.")
}

// link is an address of the shop's admin that a page may show, empty otherwise.
func link(given *string) string {
	if given == nil || len(*given) > 500 {
		return ""
	}
	u, err := url.Parse(*given)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}
