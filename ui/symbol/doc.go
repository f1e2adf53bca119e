// Package symbol draws barcodes for the page and for paper: as rows of modules,
// dark or light, which the page turns into a picture of any size.
package symbol
