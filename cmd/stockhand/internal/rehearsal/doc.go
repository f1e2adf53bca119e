// Package rehearsal plays whole days of a shop in virtual time, with the real
// agent in the middle: its database, its use cases, its feed and its upload, and
// the Shopify connector speaking HTTP with a simulated shop. People count for hours
// while customers take goods, carry them about and pay for them later.
//
// What is right is told by a ledger of the shelves and baskets that the agent never
// sees. The package holds tests only; README.md shows what they find.
package rehearsal
