// Package csvfile is the connector to a folder of CSV files. It needs no account:
// whatever program keeps the books exports its stock into the folder and imports
// adjustments from it.
//
// # The folder
//
//   - stock.csv is the catalogue and the book: sku, barcode, name, on_hand and
//     optionally bin, zone, pack, cost, price, currency, tracked and stated_at. A
//     stated_at is when the row's on hand was read; without the column it is when
//     the file was last written.
//   - movements.csv, or any number of files movements/*.csv, tells what was sold,
//     where the connector's setting "feed" is on: id, sku, quantity (a sale is
//     negative), occurred_at and optionally posted_at, receipt and kind. Files
//     grow by whole lines. The exporting program writes movements before it writes
//     stock.csv, so that the movements are complete up to every stated_at; with a
//     feed, stock.csv must have that column.
//   - out/adjustments-<key>.csv is written by Stockhand: one file a request, whole
//     or not at all. The importing program adds each variance to on hand, then
//     moves the file to done/ or puts an empty file with the ending .ok beside it,
//     and then exports stock.csv again. Until that export the book of the file's
//     items is not settled: nobody can say whether it contains the adjustment.
//
// Files are UTF-8 with a header line. Commas, semicolons or tabs separate, quotes
// as RFC 4180 has them. Times are RFC 3339, or local time without a zone.
//
// # Guarantee
//
// The file's name is the request's key, so a repeat is the same file, and whether
// a request arrived is looked up by its name.
package csvfile
