// Package station holds the use cases: everything that a person, a scanner or a
// program can ask of the agent, with its authorisation.
//
// A use case decides inside the store's single writer (agent.Store.Write), so two
// people who press the same button at the same time get one effect and one clear
// answer. The package knows no transport and no database: the page's websocket
// and the command line's local socket both come in through Dispatch, scanners
// through Ingest.
//
// # A count
//
// Everything that is heard is stored; what a state does not take is kept without effect
// and says why. count.loose tells before a close what it ends and leaves. What was closed
// by mistake is reopened as long as nothing was approved of it and no recount was begun;
// after that it is counted once more, in a recount or in another count.
//
//	               count.open, plan.open
//	                        |
//	                        v
//	pass.open, scans,   +--------+
//	entries, undo,      |  open  |----- count.cancel -----+
//	count.widen <------>+--------+                        |
//	          count.reopen ^| count.close                 |
//	                        | (closes open passes; what   |
//	                        | nobody counted is kept open |
//	                        | or confirmed to be gone)    |
//	                        v                             v
//	count.recount,      +--------+                  +-----------+
//	passes of recounts, | closed |- count.cancel -->| cancelled |
//	count.approve,  <-->+--------+ (nothing on its  +-----------+
//	delivery.decide         |       way)
//	                        | count.finish
//	                        | (nothing on its way, everything
//	                        | decided or left as it is)
//	                        v
//	approving what      +--------+
//	came too late   <-->|  done  |
//	                    +--------+
//
// A pass is open from pass.open, or from the first label that its scanner reads, until
// pass.close, the command FINISH or the end of its count. A crash or a power cut changes
// nothing: state, pass, bin and what was entered are in the log.
//
// # Scope
//
// A count with a scope asks for what lies in its zones and bins, and of that for what
// is on its list. Whatever else is scanned is kept with the flag agent.NotAsked;
// count.widen takes it in and counts it at the time of its own read, so that a count
// that was opened narrow and widened holds what one that was opened wide would hold.
// The review is of all that was asked for: what nobody counted is incomplete.
//
// Two passes in one place are allowed and told of each other (agent.Pass.Together):
// each counts what its scanner reads, and a line is the sum of both.
//
// # Long counts
//
// No scan waits for the whole of a long count. What needs all of it (closing with zeros,
// approving, finishing) is worked out in a Read first; the Write follows the log from
// there and does anew only what came since. Zeros are stored a hundred at a time, each
// part a Write of its own; if the agent stops in between, asking again does the rest.
// Items are judged a thousand at a time, by the same function as one of them alone.
//
//	go test ./agent/station -run '^$' -bench 'BigCount|Figures' -benchtime 1x
//
// measures closing, reviewing, advising, approving and finishing with 10,000, 100,000
// and 1,000,000 scans, ten of each item, the heap that each takes at most, and how long
// scans of another count wait meanwhile. On two cores, in milliseconds, growing with the
// lines; the review's heap in MB:
//
//	scans                            10,000   100,000   1,000,000
//	close the pass, a tenth zeros        14       164       1,500
//	close the count                       4        50         424
//	review                               27       273       2,756
//	advise what to count again           44       398       4,068
//	approve a tenth of the items         43       353       3,670
//	finish                               38       298       2,802
//	heap of the review                    7        30         289
//	longest wait of a scan, approving    10        88         896
//	longest wait of a scan, otherwise     4        10          82
//
// Without zeros the pass and the count are closed in 2 ms. The heap grows with the lines,
// by 2.5 kB each, and not with their scans. What an approval stores is one Write still,
// which is its longest wait.
package station
