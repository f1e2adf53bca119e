// Package agent is the domain of Stockhand: its nouns, the facts that are
// recorded about them, and the ports through which the outside is reached. It
// knows no SQL, no HTTP and no device, starts no goroutine and reads no clock.
//
// # Words
//
// One word per thing, in code, database, page and documentation:
//
//   - Item: something counted. Barcode: a text that leads to an item; Pack: how
//     many base units one read of that barcode stands for. Code: what a read
//     means: an article's number or text, a GS1 element string, a label of ours.
//   - Location: a shop or warehouse as the upstream knows it. Zone: a part of it
//     that one person walks. Bin: the smallest place with a cut-off of its own.
//   - Device: one scanner. Person: who works. Actor: whoever caused a row.
//   - Scan: one stored entry: a read of a scanner or a quantity typed by a
//     person. Immutable; undone by a voiding scan, never deleted.
//   - Command: a barcode of ours that says what to do in a pass: undo, go on, finish, or
//     what the next item counts as, which is Awaited until it comes. Badge: a barcode of
//     ours that says who counts; whoever scanned one is the scanner's Bearer.
//   - Lot: what was counted of one batch of an item, by what its codes say.
//   - Scope: what a count asks for: what lies in its zones and bins, and of that what is
//     on its list. Job: a count that the plan proposes.
//   - Count: one counting job. Pass: one walk of one person through one zone of
//     a count. Round: 0 for the first counting, 1 and up for recounts.
//   - Line: item x bin of a count, derived from its scans, with its window.
//     Part: what one pass entered for a line in one round.
//   - Window: from the entry before the line's first one to the confirmation of
//     its quantity. Cut-off: the window's end.
//   - Book: on hand as the upstream stated it, and when.
//   - Movement: a signed change of on hand (a sale is negative).
//   - Expected: the book carried to the cut-off. Variance: counted - expected,
//     per item and location; an interval where a movement is ambiguous.
//   - Step: the agent's clock was set, by how much and before which row.
//   - Incomplete: an item of which a known bin was not counted.
//   - Adjustment: what is to be told upstream for one item and location.
//   - Delivery: the way of one adjustment through the outbox. Request: one remote
//     document: one location, one key, the stored bytes of its body.
//   - Connector: our code for a system. Upstream: the system.
//   - Activity: how an item was counted and how it moved. Class: how often it is to be
//     counted. agent/plan explains due, coverage, sample and certificate.
//   - Event: a row of the append-only log that is not a scan.
//
// # Units
//
// Quantities are whole base units of an item (int64). Times are UTC with
// microsecond resolution; where the clock matters a Stamp carries the
// uncertainty with the time. Money is minor units and a currency.
package agent
