package shopifysim

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/stockhand/stockhand/agent/connector/shopify/internal/schema"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// Options describe the shop. The zero value is a usable shop that accepts no
// token: set Token, or ClientID and ClientSecret.
type Options struct {
	Now      func() time.Time // time.Now if nil
	Name     string           // "Simulated shop" if empty
	Plan     string           // "Basic" if empty
	Location string           // the name of the first location, "Main" if empty
	Currency string           // of prices and costs, "EUR" if empty

	// Token is an access token that never expires, as apps made in the admin have.
	Token string
	// ClientID and ClientSecret are exchanged for tokens that live 24 hours.
	ClientID, ClientSecret string
	// Scopes that the app holds; AllScopes if nil.
	Scopes []string

	// Version is the API version that is served whatever a request asks for, as
	// when the asked one is no longer supported; schema.Version if empty.
	Version string
	// BucketSize in points, 2,000 if zero; RestoreRate in points a second, 100 if
	// zero.
	BucketSize, RestoreRate float64
	// SearchLag is how long an update of an order takes to reach the search index.
	SearchLag time.Duration
	// ReplayFailures makes a repeated key answer with the first attempt's user
	// errors instead of IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED.
	ReplayFailures bool
	// History is how the shop's own history of quantities behaves.
	History HistoryOptions
	// ShipmentDates is by how much the dates that people give shipments differ from
	// when they are entered.
	ShipmentDates time.Duration
	// LooseStamps lets the updatedAt of on hand move with what is available, too; that
	// it moves with on hand alone is not documented.
	LooseStamps bool
	// SKUCountsItself counts an item among those that share its SKU.
	SKUCountsItself bool
}

// AllScopes are the scopes that counting needs.
var AllScopes = []string{"read_products", "read_inventory", "write_inventory", "read_locations", "read_orders"}

// EveryScope adds those that tell more: what is on its way, and the shop's own history.
var EveryScope = append(slices.Clone(AllScopes), "read_inventory_transfers", "read_inventory_shipments", "read_reports")

// Shop is a simulated shop. Its methods may be called from many goroutines.
type Shop struct {
	options Options
	schema  *ast.Schema

	mu        sync.Mutex
	serial    int64
	scopes    []string
	tokens    map[string]time.Time // expiry; zero: never
	locations []*location
	items     []*item
	byItem    map[string]*item
	byVariant map[string]*item
	orders    []*order
	transfers []*transfer
	ledger    []entry
	within    int64           // the group of the changes that are being made; 0: one of its own
	apps      map[string]bool // other apps that changed something
	// historyAsked is when the history was asked in the last minute.
	historyAsked []time.Time
	groups       map[string]*group
	keys         map[string]*attempt
	bucket       bucket
	faults       faults
	counters     Counters
	bulk         bulks
}

type location struct {
	id, name string
	active   bool
	service  bool // belongs to a fulfilment service
}

// New opens a shop with one location and nothing on its shelves.
func New(options Options) *Shop {
	options.Name = cmp.Or(options.Name, "Simulated shop")
	options.Currency = cmp.Or(options.Currency, "EUR")
	options.Plan = cmp.Or(options.Plan, "Basic")
	options.Version = cmp.Or(options.Version, schema.Version)
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Scopes == nil {
		options.Scopes = AllScopes
	}
	s := &Shop{
		options: options,
		schema:  gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: schema.SDL}),
		serial:  1000,
		scopes:  slices.Clone(options.Scopes),
		tokens:  map[string]time.Time{},
		byItem:  map[string]*item{}, byVariant: map[string]*item{},
		groups: map[string]*group{}, apps: map[string]bool{},
		keys: map[string]*attempt{},
		bucket: bucket{
			size: cmp.Or(options.BucketSize, 2000),
			rate: cmp.Or(options.RestoreRate, 100),
		},
		counters: Counters{Requests: map[string]int{}},
	}
	s.bucket.fill(options.Now())
	if options.Token != "" {
		s.tokens[options.Token] = time.Time{}
	}
	s.AddLocation(cmp.Or(options.Location, "Main"))
	return s
}

// AddLocation opens one more location and returns its id.
func (s *Shop) AddLocation(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := &location{id: s.newID("Location"), name: name, active: true}
	s.locations = append(s.locations, at)
	return at.id
}

// AddFulfilmentService opens a location of a fulfilment service and returns its
// id.
func (s *Shop) AddFulfilmentService(name string) string {
	id := s.AddLocation(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.location(id).service = true
	return id
}

// Main returns the id of the first location.
func (s *Shop) Main() string { return s.locations[0].id }

// CloseLocation makes a location inactive.
func (s *Shop) CloseLocation(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.location(id)
	if at == nil {
		return fmt.Errorf("the shop has no location %q", id)
	}
	at.active = false
	return nil
}

// SetScopes changes the scopes that the app holds from now on.
func (s *Shop) SetScopes(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes = slices.Clone(scopes)
}

// RevokeTokens makes every token given out invalid, the permanent one as well.
func (s *Shop) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// location finds a location by id; an empty id is the first one.
func (s *Shop) location(id string) *location {
	for _, at := range s.locations {
		if id == "" || at.id == id {
			return at
		}
	}
	return nil
}

func (s *Shop) newID(kind string) string {
	s.serial++
	return fmt.Sprintf("gid://shopify/%s/%d", kind, s.serial)
}

// tick is now in the resolution of the API's times, which is the whole second.
func (s *Shop) tick() time.Time { return s.options.Now().UTC().Truncate(time.Second) }

// Counters say what the shop was asked and what came of it.
type Counters struct {
	Requests  map[string]int // by operation name; "token" for the token endpoint
	Running   int            // mutations that have claimed their key and are not done
	Applied   int            // mutations that were carried out
	Replayed  int            // mutations answered from a stored result
	Throttled int
	Rejected  int // invalid requests, missing tokens and scopes, user errors
	Faulted   int // requests that met a Fault
}

// Counters returns the counts so far.
func (s *Shop) Counters() Counters {
	s.mu.Lock()
	defer s.mu.Unlock()
	counters := s.counters
	counters.Requests = map[string]int{}
	for operation, n := range s.counters.Requests {
		counters.Requests[operation] = n
	}
	return counters
}
