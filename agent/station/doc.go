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
// and says why. There is no way back: what was closed by mistake is counted once more,
// in a recount or in another count.
//
//	               count.open, plan.open
//	                        |
//	                        v
//	pass.open, scans,   +--------+
//	entries, undo,      |  open  |----- count.cancel -----+
//	count.widen <------>+--------+                        |
//	                        | count.close                 |
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
package station
