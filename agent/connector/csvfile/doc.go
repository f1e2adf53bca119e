// Package csvfile is the connector to a folder of CSV files. It needs no account:
// whatever program keeps the books exports its stock into the folder and imports
// adjustments from it. README.md describes the files with examples.
//
// # The folder
//
//   - catalog.csv holds the articles.
//   - levels.csv holds on hand, and when it was read. A small shop may put on_hand
//     into the catalogue instead.
//   - movements.csv and movements/*.csv tell what was sold, where the setting
//     "movements" is on. Files grow by whole lines or are dropped whole. The
//     exporting program writes movements before the levels that contain them, so
//     that the movements are complete up to every stated_at.
//   - out/adjustments-<key>.csv is written by Stockhand: one file a request, whole
//     or not at all. The importing program adds each variance to on hand, takes the
//     file away (or puts an empty file with the ending .ok beside it), and exports
//     the levels again. Until then the book of the file's items is not settled:
//     nobody can say whether it contains the adjustment.
//
// # Guarantee
//
// The file's name is the request's key. Before a file gets its name it is whole and
// on the disk under another one, and the key is entered in a ledger in the agent's
// own data. So it is certain, also when the file was taken away meanwhile, whether
// it had ever been there: a request arrives once, and Find knows it.
//
// # One agent
//
// out/.owner.json says which agent writes, because two would tell the shop of the same
// missing goods twice. It is made by a call of which one of several succeeds, claimed
// with the first file, and looked at before each file gets its name. Between that look
// and the name a person could give the folder to another agent: that is why the one
// before must be stopped first.
//
// # What is not believed
//
// A line that is not whole, a time later than the file's own, a quantity that is no
// whole number: such a line is named with file, number and column. A line of the
// catalogue or the levels is left out. A line of the movements stops the reading,
// because a sale that is passed over would make later counts wrong.
package csvfile
