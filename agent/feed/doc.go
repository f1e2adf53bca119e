// Package feed reads what the upstream says: what moved, and what is on hand of
// the items that are being counted.
//
// Movements are kept with the cursor and the watermark that came with them in one
// write, so that a crash repeats a page and never loses one; a repeated movement
// is recognised by its source and id.
//
// Statements of on hand are read when a count needs them: once when an item is
// first counted, and again after its newest cut-off, until a settled one is
// there. An item in a request without a known outcome is left out, because nobody
// could say whether a statement contains that request's change.
package feed
