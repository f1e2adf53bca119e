// Package pairing learns, from a few codes that somebody scans, which of the
// things plugged in is the scanner in that person's hand and how it is set up.
// A Session learns; it is pure: it is fed with what was heard and has no clock, no
// device and no goroutine. A Room listens to everything that could be a scanner and
// feeds a Session.
//
// The first code of a Sheet holds a word that is new each time: whoever sends it
// is the scanner. The word avoids every key that lies elsewhere on some keyboard,
// so that it is recognised also where the rest of the code arrives garbled. The
// other codes are optional, one for each thing that goes wrong in the field: a
// lost group separator, UPC-E expanded or shortened, check digits cut off.
//
// What is learned are settings of the [[scanner]] section (Finding.Settings);
// what needs a change of the scanner is a Fault with its remedy. Nothing heard
// here is ever counted.
package pairing
