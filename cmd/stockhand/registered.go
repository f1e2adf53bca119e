package main

import (
	"github.com/stockhand/stockhand/agent/connector"
	"github.com/stockhand/stockhand/agent/connector/csvfile"
	"github.com/stockhand/stockhand/agent/connector/shopify"
)

// A new connector is one line here, and a section in upstreamConfig.
func init() {
	connector.Register("csv-folder", csvfile.Open)
	connector.Register("shopify", shopify.Open)
}
