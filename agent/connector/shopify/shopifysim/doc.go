// Package shopifysim is a simulated shop: it stands in for Shopify's Admin API
// where a real shop cannot be used, in tests, in the demonstration and in
// training. Every answer says so in the header X-Stockhand-Simulation.
//
// A Shop is an http.Handler without goroutines of its own. It checks every
// request against the real schema of the pinned version and enforces what the
// schema cannot say: access tokens and scopes, the mandatory @idempotent
// directive and changeFromQuantity key, the life of an idempotency key, compare
// and quantity limits, query costs and throttling. Goods move as in a real shop:
// a web order commits units, a fulfilment takes them off the shelf, a sale at the
// till does so at once. Times have the whole-second resolution of the real API.
//
// Where the real behaviour is not documented, the harder case for a client was
// chosen; these choices are:
//
//   - one user error fails the whole call;
//   - a key whose attempt ended in user errors answers
//     IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED afterwards (Options.ReplayFailures
//     replays the errors instead);
//   - a call that changes nothing succeeds with a null adjustment group;
//   - a write to an item that is not stocked at the location succeeds, compares
//     nothing, and adds where it should replace;
//   - a write to an untracked item is accepted;
//   - the history has a bucket of its own, four questions a minute, and answers one
//     shape of question; how late it is, whether it has rows of orders and of on hand
//     and what they name are Options.History;
//   - shipments carry the dates that people state (Options.ShipmentDates);
//   - a search filter that the simulation does not know is an error, where the
//     real search ignores it.
//
// The cost of a query is 1 an object, 10 a mutation, and 2 plus the page size
// times the cost of a node for a connection; the real formula is not published.
package shopifysim
