package main

import (
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// uncounted says why a scan is not counted, and what to do.
type uncounted struct{ flag, why, remedy string }

// allUncounted are in the order in which they are told: the first that fits helps most.
var allUncounted = []uncounted{
	{"no_bin", "no shelf's label was scanned.", "Scan the shelf's label first, then the item."},
	{"not_asked", "this count does not ask for it here.", "Leave it, or take it in on the page."},
	{"not_signed", "nobody has signed in, and here one person checks what another counted.", "Scan your badge, then the item again."},
	{"own_recount", "whoever counted it first counted it again.", "Let somebody else sign in and count it."},
	{"too_long", "too long for a barcode.", "Scan one barcode at a time; if it stays so, look at the scanner's end mark."},
	{"not_article", "not an item's barcode.", "Scan the barcode of the item."},
	{"unknown", "no item has this barcode.", `Set the goods aside. A manager can say what it is: "stockhand catalog teach".`},
	{"ambiguous", "several items have this barcode.", "Choose the item on the page and type its quantity."},
	{"pack_unknown", "it is not known how many are in it.", "Scan the pieces, or type the quantity on the page."},
	{"same_serial", "its serial number was counted before.", "If it is another piece, count it on the page."},
	{"repeated", "it came again at once.", "If the goods are there, count it on the page."},
	{"unowned", "no open pass had the scanner.", `Start a pass: "stockhand pass open --scanner NAME". If its count was closed meanwhile: "stockhand count reopen", or a recount.`},
}

// whyNot says why a scan is not counted and what to do; it is empty for one that is.
func whyNot(row agent.ShownScan) string {
	if row.Op != agent.Note {
		return ""
	}
	if row.Command != "" && (slices.Contains(row.Flags, "done") || slices.Contains(row.Flags, "awaiting")) {
		return carriedOut(row.Command)
	}
	for _, r := range allUncounted {
		if slices.Contains(row.Flags, r.flag) {
			return "not counted: " + r.why + " " + r.remedy
		}
	}
	return "not counted."
}

// carriedOut says what one of our command barcodes did.
func carriedOut(command string) string {
	if times, ok := strings.CutPrefix(command, "X"); ok {
		return "x " + times + ": what is scanned next counts so many times."
	}
	if command == station.DamagedCommand {
		return "what is scanned next counts as damaged."
	}
	return "done."
}
