// Package plan says what to count, when and why: classes, due dates, coverage of a
// quarter, the work of a day, spot checks with a certificate, and jobs that are
// ready to be opened.
//
// # Classes
//
// Items are ranked twice: by value, which is a year's usage times the cost, and by
// velocity, which is the units handled in a quarter. In each ranking the items that
// make up the first 80 % are class A, up to 95 % class B, the rest class C. An item
// has the better of its two classes. Of an item without a cost the value is not
// known, of an item that did not move neither is: that is said, and an item without
// any class is counted as seldom as the plan allows and never forgotten.
//
// # Due dates
//
// An item was counted when the last of its known bins was: it is due one interval
// after that, A after 4 weeks, all others after 13. Reasons bring it forward, each
// with a sentence: a book below zero, a last count that was wrong or not certain, a
// book of zero that nobody has confirmed, an item that was never counted, much
// turnover or a transfer since the last count.
//
// What is on hand is the newest statement of the books, carried on by what moved and
// by what our own adjustments changed since.
//
// # Coverage and work
//
// Coverage is the share of items that were counted within 91 days, by number and by
// what they are worth on the shelf. The work of a day is what keeps every item within
// its interval; the seconds a line takes are measured from past counts, or assumed
// and said to be.
//
// # Spot checks
//
// The agent draws a sample, class by class, by a seed that is kept: the items with
// the smallest SHA-256 of seed and item, so that anybody can draw it again. If every
// item drawn was checked and none was wrong, the certificate is exact
// (hypergeometric, for the worst way in which errors can lie in the classes); with
// errors it is Wilson's interval. A sample that was chosen in any other way, or
// checked in part, certifies nothing.
//
// # Proposals
//
// Three rhythms do the same work in other portions: some items each working day, what
// is late in class A once a month, what was not counted in the quarter once a
// quarter. Whoever counts a little each day never sees the other two.
//
// The package is pure: time, chance and all facts are arguments.
package plan
