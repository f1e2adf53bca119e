// Package feed reads what the upstream says: what moved, and what is on hand of
// the items that are being counted.
//
// Movements are kept in small writes, and the cursor and the watermark of a page in
// the last of them, so that a crash repeats a page and never loses one; a repeated
// movement is recognised by its source and id.
//
// Scans wait for the write that is running, so nothing is looked up in one. While
// 40,000 sales of one article come in, which takes 1.8 to 2.6 s, a scan is on the
// disk after 1.9 to 3.8 ms (median of a run) and 19 ms at the longest; without them
// after 0.8 ms and 9 ms. Three runs on two cores:
//
//	go test -run='^$' -bench=ScanDuringImport -benchtime=1x -count=3 ./agent/feed
//
// The catalogue is read whole when somebody asks for it, and from then on kept like
// the upstream's, where that can tell what changed: see Keep.
//
// Statements of on hand are read when a count needs them: once when an item is
// first counted, and again after its newest cut-off, until a settled one is
// there. An item in a request without a known outcome is left out, because nobody
// could say whether a statement contains that request's change.
//
// Levels are what the upstream says of everything else: enough to plan counts and to
// flag trouble before one begins. They are remembered and not logged, and no count is
// judged by them: see KeepLevels and ReadLevels.
package feed
