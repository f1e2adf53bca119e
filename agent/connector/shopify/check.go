package shopify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/schema"
)

// scopes are the permissions that the connector uses, and what each is for.
var scopes = []struct{ name, gives string }{
	{"read_locations", "The shop's locations can't be read, and none can be chosen."},
	{"read_products", "The catalogue can't be read: barcodes are not known."},
	{"read_inventory", "On hand can't be read: nothing can be compared with a count."},
	{"write_inventory", "No adjustment can be sent."},
	{"read_orders", "Sales are not known: what is sold during a count can't be told from a loss."},
}

// Check implements agent.Connector.
func (c *Connector) Check(ctx context.Context) []agent.Finding {
	hello, _, err := admin.Handshake(ctx, c.client)
	if err == nil && hello.Shop.Id == "" {
		err = senseless("it does not name the shop")
	}
	if err != nil {
		return []agent.Finding{finding(agent.Broken, plain(err))}
	}
	findings := []agent.Finding{{
		Severity: agent.Fine, Code: "shopify.reached",
		What: fmt.Sprintf("The shop \"%s\" (%s) answers.", clip(hello.Shop.Name, 100), clip(hello.Shop.MyshopifyDomain, 100)),
	}}
	findings = append(findings, checkScopes(hello.CurrentAppInstallation.AccessScopes)...)
	findings = append(findings, c.checkVersion(), c.checkClock(), c.checkLag())
	return append(findings, c.checkLocations(ctx)...)
}

// finding shows an error as a finding.
func finding(severity agent.Severity, err error) agent.Finding {
	e := agent.AsError(err)
	return agent.Finding{Severity: severity, Code: e.Code, What: e.What, Means: e.Means, Do: e.Do}
}

// granted reports whether the app has a permission. Who may write may read.
func granted(held []admin.Scope, name string) bool {
	writes := strings.Replace(name, "read_", "write_", 1)
	return slices.ContainsFunc(held, func(h admin.Scope) bool { return h.Handle == name || h.Handle == writes })
}

func checkScopes(held []admin.Scope) []agent.Finding {
	var findings []agent.Finding
	for _, s := range scopes {
		if granted(held, s.name) {
			continue
		}
		findings = append(findings, agent.Finding{
			Severity: agent.Broken, Code: "shopify.scope", What: "The app lacks the permission " + s.name + ".",
			Means: s.gives, Do: "Add " + s.name + " to the app's permissions in the shop's admin and install it again.",
		})
	}
	if len(findings) == 0 {
		findings = append(findings, agent.Finding{Severity: agent.Fine, Code: "shopify.scopes", What: "The app holds every permission that is needed: " + named(held) + "."})
	}
	return findings
}

// named lists the permissions that the app holds.
func named(held []admin.Scope) string {
	names := make([]string, 0, len(held))
	for _, h := range held {
		names = append(names, h.Handle)
	}
	slices.Sort(names)
	return clip(strings.Join(names, ", "), 500)
}

func (c *Connector) checkVersion() agent.Finding {
	switch served := c.client.served; served {
	case schema.Version:
		return agent.Finding{Severity: agent.Fine, Code: "shopify.version", What: "The shop serves version " + schema.Version + " of its interface."}
	case "":
		return agent.Finding{
			Severity: agent.Warning, Code: "shopify.version", What: "The shop does not say which version of its interface it serves.",
			Means: "A newer version could be misunderstood.", Do: "Check that no proxy removes headers from the shop's answers.",
		}
	default:
		return finding(agent.Broken, otherVersion(served))
	}
}

// skewed is from when on a difference of the clocks is worth a word.
const skewed = 2 * time.Minute

func (c *Connector) checkClock() agent.Finding {
	lo, hi := c.client.offset.Interval()
	middle := (lo + (hi-lo)/2).Round(100 * time.Millisecond)
	f := agent.Finding{Severity: agent.Fine, Code: "shopify.clock"}
	switch {
	case !c.client.offset.Known():
		f.Severity, f.What = agent.Warning, "The shop's answers carry no date."
		f.Means, f.Do = "Its times can't be compared with ours.", "Check that no proxy removes headers from the shop's answers."
	case middle.Abs() > skewed:
		f.Severity, f.What = agent.Warning, fmt.Sprintf("This machine's clock and the shop's differ by %s.", middle.Abs())
		f.Means, f.Do = "The agent reckons with that, but times look odd to people.", "Set this machine's clock, or let it be set from the network."
	default:
		f.What = fmt.Sprintf("The shop's clock is %s ahead of this machine's, known to within %s.", middle, ((hi - lo) / 2).Round(10*time.Millisecond))
	}
	return f
}

func (c *Connector) checkLag() agent.Finding {
	f := agent.Finding{
		Severity: agent.Fine, Code: "shopify.search-lag",
		What: fmt.Sprintf("Orders are taken to be found by the shop's search within %s.", c.feed.lag),
	}
	if c.feed.raised {
		f.Severity = agent.Warning
		f.What = fmt.Sprintf("The shop's search found orders late; it is now given %s.", c.feed.lag)
		f.Means = "Counts wait longer until all sales are known. Sales that came too late raise a correction for approval."
		f.Do = fmt.Sprintf("Set search_lag = %q in [upstream.shopify] to keep this.", c.feed.lag.String())
	}
	return f
}

// checkLocations judges the location that is in use, or all where none was used
// yet.
func (c *Connector) checkLocations(ctx context.Context) []agent.Finding {
	all, err := c.locations(ctx)
	if err != nil {
		return []agent.Finding{finding(agent.Broken, err)}
	}
	usable := 0
	for _, l := range all {
		if l.IsActive && !l.IsFulfillmentService {
			usable++
		}
		if l.Id == string(c.used) {
			return []agent.Finding{judgeLocation(l)}
		}
	}
	switch {
	case c.used != "":
		return []agent.Finding{finding(agent.Broken, noPlace(c.used))}
	case usable == 0:
		return []agent.Finding{{
			Severity: agent.Broken, Code: "shopify.location", What: "The shop has no location that can be counted.",
			Means: "Nothing can be read or sent.", Do: "Open a location in the shop's admin.",
		}}
	}
	return []agent.Finding{{Severity: agent.Fine, Code: "shopify.location", What: fmt.Sprintf("Locations that can be counted: %d of %d.", usable, len(all))}}
}

func judgeLocation(l admin.Location) agent.Finding {
	name := clip(l.Name, 100)
	switch {
	case l.IsFulfillmentService:
		return agent.Finding{
			Severity: agent.Broken, Code: "shopify.location", What: "The location \"" + name + "\" belongs to a fulfilment service.",
			Means: "Its stock is not changed from here.", Do: "Choose a location of your own.",
		}
	case !l.IsActive:
		return agent.Finding{
			Severity: agent.Broken, Code: "shopify.location", What: "The location \"" + name + "\" is closed in the shop.",
			Means: "No adjustment can be sent.", Do: "Open it again in the shop's admin, or choose another one.",
		}
	}
	return agent.Finding{Severity: agent.Fine, Code: "shopify.location", What: "The location \"" + name + "\" is open."}
}
