// Package demo is a simulated shop around the real agent. The parent process
// holds everything that stands in for the world: shelves with goods on them,
// customers who take goods and pay for them later, people who count with scanners
// on real pseudo-terminals, and a shop that answers like Shopify's Admin API. The
// agent itself runs as a child process, exactly as it would in a shop, and knows
// nothing of the shelves.
//
// What is right is told by the shelves' own ledger, never by the agent: at the
// end the shop's on hand must equal the goods that lie on the shelves.
//
// The demo is the training store, the end-to-end test and the source of the
// pictures in the documentation. It says on every screen that it is a simulation.
package demo
