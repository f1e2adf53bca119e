package ui

import "embed"

// static holds the page as it is served. There is no build step.
//
//go:embed static
var static embed.FS
