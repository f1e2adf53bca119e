// Package metrics puts a count in figures: how accurate the books were, what is
// missing, what to look into, how far counters agree and when they will be through.
//
// # The eight metrics
//
// With e = counted - expected at the cut-off, item by item, and n items. The names
// are those of ECR Retail Loss, "Defining and assessing inventory record
// inaccuracy" (February 2026, announced at
// westerngrocer.com/improving-inventory-record-accuracy-evidence-and-guidance-to-boost-sales):
//
//	signed error           sum e
//	shrink                 value of the items with e < 0
//	binary error           share of items with e != 0
//	error range in %       share with |e| <= x % of expected
//	error range in units   share with |e| <= k
//	absolute error         sum |e|
//	MAPE                   mean |e| / |counted|, items with counted = 0 left out
//	sMAPE                  mean 2|e| / (|counted| + |expected|)
//
// IRA, inventory record accuracy, is 1 - binary error: an exact match, as ECR defines
// it (ecrloss.com, "What is inventory record accuracy?"). A count of 95 and one of 105
// against 100 and 100 are 0 % accurate, not 100 % (supplychainmetric.com,
// inventory-accuracy): plus and minus are never netted but in the signed error, whose
// formula says so. The hit rate within tolerance is another figure with a name of its
// own. The accuracy of a place is that of OCA's stock_cycle_count,
// max(0, (sum |expected| - sum |e|) / sum |expected|): the only one that weighs an
// item by its units, and what a zone is investigated by. Books below nothing count
// as nothing there.
//
// # Ranges
//
// Where an expected quantity is an interval, so is every figure made of it: its ends
// are the least and the greatest value over all quantities that may have been
// expected, and nothing between is preferred. The ends are exact, also of a sum
// divided by another one over the same items (see ratio), except where a division by
// nothing is possible: that figure is not known.
//
// Items that are incomplete, not adjustable or still waiting are left out of every
// figure, and LeftOut says how many.
//
// # Shrinkage
//
// Two figures are called shrinkage rate. One divides by the value of the expected
// stock, the other, usual in the trade, by the value of sales in a period. Both are
// at cost here and have their denominator in their name. The limit of 2 % is held
// against the loss alone, so that gains hide nothing; the net is shown beside it.
// Unknown loss, unknown gain, net, known damage on the shelf and what was written off
// as damaged or expired stand apart. Money is in minor
// units and never added across currencies.
//
// # Investigation
//
// An item whose e is above 5 % of expected and above a floor in units or money is
// investigated, also where nothing was expected. A zone is by the sum of |e|.
//
// # Classes, zones, counters
//
// A variance belongs to an item at a location. Where the lines of an item lie in
// several zones, or several people counted them, nobody knows whose the variance is:
// such items are a group of their own, and are not divided. Counters are in the order
// of their names; nobody is ranked.
//
// A counter's agreement is the share of lines that another person counted again with
// the same result, what moved meanwhile considered, with Wilson's interval (E. B.
// Wilson, 1927) at 95 %. It is shown from 30 lines on. Lines that are counted again
// are those that somebody doubted, not a sample.
//
// # Pace
//
// Active time is the sum of the times between entries, of which each counts for at
// most 120 s. The end is foretold by the median pace over stretches of five minutes,
// its range by the quartiles.
//
// The package is pure: the same facts give the same figures, whatever their order.
package metrics
