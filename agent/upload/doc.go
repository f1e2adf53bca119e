// Package upload delivers approved adjustments to the upstream: each exactly
// once, or it is shown as not delivered.
//
// # What keeps the promise
//
//   - Nothing is sent that is not stored: the request's body, byte for byte, with
//     its key; then the attempt; then it is sent; then the answer is stored with
//     what follows from it. A crash between any two of these is recovered from
//     what is stored.
//   - A request that may have arrived is repeated only while the upstream
//     remembers its key, as the same bytes; after that it is looked up; where
//     nothing can be looked up a person decides.
//   - On hand is read just before planning. What changed since the variance was
//     judged must be explained by movements and by our own deliveries, or the
//     delivery becomes a conflict that a person decides. Other lines go on.
//   - A pause that somebody made holds before each step and over every restart, until
//     somebody ends it.
//   - One request at a time is under way, and an item is in one unresolved request
//     at most.
//   - A line whose quantity just moved, or whose newest movements the feed has not
//     told yet, waits alone. Requests that fail because a line is stale become
//     smaller, down to one line, and grow back: no line keeps another for ever.
package upload
