// Package queue keeps the log of Stockhand, its views and its outbox in one
// SQLite file. It implements agent.Store and agent.Catalog.
//
// # The log
//
// The tables scan and event share one sequence and only ever grow. A rolling
// SHA-256 covers both in order: the head row holds the newest hash and is updated
// in each commit, a checkpoint row keeps it at every 1,024th row. Counts, passes,
// lines, tallies, books, movements and the outbox are views: the ledger brings
// them up to each row in the transaction that appends it, and Replay proves that
// they follow from the log alone.
//
// # Writing
//
// What Write returned without error is on disk: WAL with synchronous=FULL, read
// back on every new connection. There is one writer connection and no writer
// goroutine: whoever finds no commit running leads one and takes along what
// others bring meanwhile, so that waiting scans share a sync.
//
// # Time
//
// No time comes from SQL. Times are kept as microseconds in UTC, uncertainties
// are rounded up to whole microseconds.
package queue
