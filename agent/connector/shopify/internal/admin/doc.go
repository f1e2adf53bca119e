// Package admin is the typed client of Shopify's Admin API: one function for
// each operation in ops/*.graphql, generated from the schema of the pinned
// version, and the exact bytes of a request that is to be stored before it is
// sent.
//
// Codes of user errors grow and shrink between versions: a switch over them
// needs a default.
package admin
