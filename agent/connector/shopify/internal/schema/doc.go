// Package schema holds the part of Shopify's Admin API schema that our
// operations use. The client is generated from it, and the simulated shop checks
// every request against it. update-schema.sh writes it.
package schema

import _ "embed"

// Version is the API version that the schema was taken from and that the
// connector asks for.
const Version = "2026-10"

// SDL is the text of the schema.
//
//go:embed schema.graphql
var SDL string
