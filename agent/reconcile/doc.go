// Package reconcile compares what was counted with what should have been there,
// item by item, while the shop goes on selling.
//
// # The sum
//
// An item lies in bins. Each bin that was counted is a line: a quantity, and the
// window of time in which it was counted. The window's end is the bin's cut-off.
//
//	expected = book - (movements after the cut-off that the book contains)
//	                + (movements up to the cut-off that the book does not contain)
//	variance = sum of the lines - expected
//
// A sale is a negative movement. Every movement is judged by the cut-off of its
// own bin, and by nothing else: it does not matter when the count was opened,
// closed, approved or uploaded, nor which statement of the book is used, as long
// as it is known which movements that statement contains.
//
// # What can't be known
//
// A movement is unclear if its goods may have moved inside the window: because it
// happened then, because the clocks agree no better, because its bin is not known
// and lies before one cut-off and after another, or because goods leave the shelf
// up to a basket time before they are paid for and come back to it as long after
// they were returned. It is also not always known whether a book contains a
// movement. Each such doubt widens the expected quantity to an interval by the
// units it concerns. The true variance always lies in the interval; where nothing
// is in doubt it is one number.
//
// # What speaks against a number
//
// A difference that is one number is ready to be approved only if nothing known speaks
// against it (see hold): no recount of the item that was asked for or is being entered,
// no scan that was kept and may be the item, no second pass in the same bin of which the
// goods may be the same, no item that left the catalogue. Otherwise it waits for the
// recount or needs somebody; who knows it may choose the number for that item by itself.
//
// # When the clock is set
//
// Times that the agent's clock told before it was set by D, that is the windows of
// lines, the statements of books and the movements of a shop whose time is compared
// with ours, lie between t and t + D: the clock may have been wrong by all of D when
// it told t, or by nothing and have gone wrong only afterwards, and which of it
// nobody can know. Seen from the clock as it is now an earlier time is possible
// where it was set back, a later one where it was set forward, never both. After
// several steps they lie between the least and the greatest of t, t + D1,
// t + D1 + D2 and so on, so that a clock that was set wrong and right again leaves
// what was counted before it as certain at one end as it was.
//
// What came before a step is told by rows, and where a line has rows on both sides
// by what the clock can have shown: both of its ends are uncertain then. What came
// after the last step is taken as it is, since a clock is set to be right. If it was
// not, setting it right is one more step. What is waited for follows the clock as it
// is now, so that nobody waits for a time that it showed by mistake. What the shop
// dates by its own clock does not change with ours.
//
// Steps of less than a second are not recorded, and times may be wrong by that: the
// times of shops are no finer, and goods are in baskets for minutes.
//
// # Changes that nobody explains
//
// If the book changed between two statements and no movement says why, the change
// is a movement of which only those two times are known. A statement of which it is not
// certain whether it contains its last change, as one of a shop's files while an
// adjustment of ours waits there to be imported, is compared with nothing.
//
// # What follows
//
// An item waits until every source is complete past its cut-off and one basket
// time, and until a statement is there whose last change the feed covers. A known
// bin without a line makes the item incomplete. What was approved in the count is
// taken out, so that only what became known later is left over, however late that is.
// What a person chose where it could not be known settles what was in doubt then; what
// becomes known later is added to it.
//
// The package is a pure function. It reads no clock: the same facts give the same
// answer, today and in a replay.
package reconcile
