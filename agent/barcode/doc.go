// Package barcode says what a read means. It is pure: bytes in, a Code out; it
// opens nothing, reads no clock and follows no address.
//
// # Keys
//
// A catalogue is searched by keys. GTINs are keyed as GTIN-14, left padded with
// zeros, so that the same article number is found whether a scanner sends 8, 12,
// 13 or 14 digits, an element string or a web address (GS1 General
// Specifications, section 3.3). Anything else is keyed by its literal text.
//
// Where digits can be read in two ways, both keys are kept and whoever has the
// catalogue decides: eight digits may be an EAN-8 or a UPC-E, a string of digits
// an element string or a number of the house. The AIM identifier in front of a
// read ("]E0", ISO/IEC 15424) decides where the scanner sends it, which is why
// set-up asks for it: a check digit can't tell that a digit got lost. One in ten
// EAN-13s passes as a UPC-A when a digit is missing, and every second UPC-E also
// passes as an EAN-8.
//
// # What is understood
//
//   - EAN-13, EAN-8, UPC-A, UPC-E (expanded) and ITF-14 with their check digits,
//     and add-ons of two and five digits.
//   - GS1 element strings of GS1-128, DataBar, Data Matrix, QR and DotCode, with
//     every application identifier of January 2026; FNC1 as the byte 29, as its
//     picture, or spelled out; the bracketed form that people write.
//   - GS1 Digital Link addresses, uncompressed.
//   - Price, weight and count in numbers of a country's or a shop's own pattern,
//     if Rules name one.
//   - Codes of our own behind a prefix: bins, zones, badges, commands. They are
//     told apart from articles and have no power of their own.
//   - Two numbers that ran together because the scanner sends no terminator, and
//     what is no barcode at all: answers of a scanner, noise.
//
// The prefix is "SH." because it prints small (a bin's label of nine characters
// is 34 mm wide at the usual 0.25 mm a bar), Code 39 can spell it, and a keyboard
// scanner types it alike in all layouts but the French.
//
// # What it costs
//
// An article number takes 70 ns and one allocation, a string of five elements 0.5
// µs and one (0.8 µs with its elements listed), in CPU time on one core of an AMD
// EPYC; regular expressions that check no digit take about 450 ns and 1 µs:
//
//	go test ./agent/barcode -run '^$' -bench . -benchmem
//
// # What is not checked
//
// Element strings: company prefixes against GS1's list, country and currency
// codes against ISO's lists (their form is checked), package types, coupons, and
// which identifiers must or must not stand together. Embedded prices: their own
// check digit, because most labels fill it in their own way. Digital Link:
// compressed addresses are literal text.
package barcode
