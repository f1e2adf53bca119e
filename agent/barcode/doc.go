// Package barcode turns the text of a read into a key under which a catalogue
// can be searched. It is pure: bytes in, a Code out.
//
// GTINs are keyed as GTIN-14, left padded with zeros, so that the same article
// number is found whether a scanner sends 8, 12, 13 or 14 digits (GS1 General
// Specifications, section 3.3). Anything else is keyed by its literal text.
package barcode
