package shopify

import (
	"cmp"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
)

const (
	// source is the name of the connector and of its movements.
	source = "shopify"
	// keyLife is how long the shop remembers a key.
	keyLife = 24 * time.Hour
	// maxLines is how many lines a request may have. The API takes 250; fewer limit
	// what one stale line holds up.
	maxLines = 100
	// tick is the resolution of the shop's times.
	tick = time.Second
)

// section is the connector's own part of the configuration.
type section struct {
	Shop     string `toml:"shop"`     // the name in name.myshopify.com
	Endpoint string `toml:"endpoint"` // in the place of https://name.myshopify.com
	// SearchLag is how long an update of an order is taken to need until the shop's
	// search finds it, such as "5s".
	SearchLag string `toml:"search_lag"`
}

// Connector reaches one shop.
type Connector struct {
	client *client
	log    *slog.Logger
	feed   feed
	others others

	// used is the location that was last asked for; Check looks at it.
	used agent.LocationID
	// single is true once the shop showed that its variants have one barcode only.
	single bool
	sizes  sizes

	// dir is where files are kept while they are read; files is what they are fetched
	// with, up to a size.
	dir       string
	files     *http.Client
	bulkLimit int64
	listing   *listing // the catalogue that is being read
}

var (
	_ agent.Feeder    = (*Connector)(nil)
	_ agent.Finder    = (*Connector)(nil)
	_ agent.Refresher = (*Connector)(nil)
	_ agent.Abandoner = (*Connector)(nil)

	_ agent.Surveyor    = (*Connector)(nil)
	_ agent.Historian   = (*Connector)(nil)
	_ agent.Transferrer = (*Connector)(nil)
	_ agent.Prober      = (*Connector)(nil)
)

// Open makes a connector from its settings: the section's shop, endpoint and
// search_lag, and either the secret "shopify.token" or both "shopify.client-id"
// and "shopify.client-secret".
func Open(settings connector.Settings) (agent.Connector, error) {
	c, err := open(settings)
	if err != nil {
		return nil, err
	}
	return c, nil
}

func open(settings connector.Settings) (*Connector, error) {
	var s section
	if err := settings.Decode(&s); err != nil {
		return nil, err
	}
	base, err := s.base()
	if err != nil {
		return nil, err
	}
	lag, err := s.lag()
	if err != nil {
		return nil, err
	}
	log := cmp.Or(settings.Log, slog.New(slog.DiscardHandler))
	token, err := newAuth(settings.Secret)
	if err != nil {
		return nil, err
	}
	return &Connector{
		client: newClient(base, token, settings.Clock, log), log: log,
		feed: feed{lag: lag}, sizes: startSizes,
		dir: settings.Dir, files: newFiles(base), bulkLimit: bulkMost,
	}, nil
}

// Info implements agent.Connector.
func (c *Connector) Info() agent.ConnectorInfo {
	return agent.ConnectorInfo{Name: source, Repeat: agent.ServerKey, KeyLife: keyLife, MaxLines: maxLines, Feed: true, Refresh: true, Survey: true, History: true, Transfers: true}
}

var shopName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,99}$`)

// base is the origin that requests go to.
func (s section) base() (string, error) {
	if s.Endpoint != "" {
		return origin(s.Endpoint)
	}
	name := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(s.Shop)), ".myshopify.com")
	if !shopName.MatchString(name) {
		return "", setting("The shop's name \""+s.Shop+"\" is not the name of a Shopify shop.",
			"Set shop in [upstream.shopify] to the first part of the shop's address: \"name\" for name.myshopify.com.")
	}
	return "https://" + name + ".myshopify.com", nil
}

// origin accepts https, and plain http to this machine only: a token must not
// travel in the open.
func origin(endpoint string) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", setting("The endpoint is not the address of a server.", "Write it like \"https://name.myshopify.com\", or leave it out.")
	}
	if u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()) {
		return u.Scheme + "://" + u.Host, nil
	}
	return "", setting("The endpoint "+u.Scheme+"://"+u.Host+" would send the shop's token unprotected.",
		"Use https; plain http is for a simulated shop on this machine only.")
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

func (s section) lag() (time.Duration, error) {
	if s.SearchLag == "" {
		return defaultLag, nil
	}
	lag, err := time.ParseDuration(s.SearchLag)
	if err != nil || lag < 0 || lag > longestLag {
		return 0, setting("The search_lag \""+s.SearchLag+"\" is not a duration from 0s to "+longestLag.String()+".", "Write it like \"5s\", or leave it out.")
	}
	return lag, nil
}

func setting(what, do string) *agent.Error {
	return &agent.Error{Code: "shopify.setting", Class: agent.Refuse, What: what, Means: "The shop can't be reached.", Do: do}
}
