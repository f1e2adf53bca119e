package csvfile

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// Bounds on what is believed. A quantity above maxQuantity is a barcode in the
// wrong column, not a stock.
const (
	maxQuantity = 1_000_000_000
	maxPack     = 1_000_000
	maxText     = 1_000 // bytes
)

// oops is a problem without its line.
func oops(column, what, do string) *Problem { return &Problem{Column: column, What: what, Do: do} }

// parseText reads a text that identifies something.
func parseText(column, text string) (string, *Problem) {
	return checkText(column, Plain(text))
}

func checkText(column, text string) (string, *Problem) {
	switch {
	case !utf8.ValidString(text):
		return "", oops(column, "The text is not UTF-8.", "Save the file as \"CSV UTF-8\".")
	case len(text) > maxText:
		return "", oops(column, "The text is longer than 1,000 bytes.", "Shorten it.")
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "", oops(column, fmt.Sprintf("%q holds control characters.", printable(text)), "Remove line breaks and other invisible characters.")
	}
	return text, nil
}

// parseWhole reads a whole number of base units.
func parseWhole(column, text string) (int64, *Problem) {
	n, err := strconv.ParseInt(strings.TrimPrefix(text, "+"), 10, 64)
	if whole, zeros, ok := strings.Cut(text, "."); err != nil && ok && zeros != "" && strings.Trim(zeros, "0") == "" {
		n, err = strconv.ParseInt(whole, 10, 64)
	}
	if err != nil {
		return 0, oops(column, fmt.Sprintf("%q is not a whole number.", printable(text)), "Write base units with digits only, for example 12 or -3.")
	}
	if n > maxQuantity || n < -maxQuantity {
		return 0, oops(column, fmt.Sprintf("%d is more than any stock.", n), "Look whether a barcode stands in this column.")
	}
	return n, nil
}

// minorDigits is how many decimals a currency has (ISO 4217), where not 2.
var minorDigits = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}

// parseMoney reads an amount. A point or a comma may stand before the decimals;
// what could also be a thousands separator is not guessed.
func parseMoney(column, text, currency string) (agent.Money, *Problem) {
	if text == "" {
		return agent.Money{}, nil
	}
	digits := Decimals(currency)
	whole, part := text, ""
	if i := strings.IndexAny(text, ".,"); i >= 0 {
		whole, part = text[:i], text[i+1:]
	}
	bad := func(what string) (agent.Money, *Problem) {
		return agent.Money{}, oops(column, fmt.Sprintf("%q %s.", printable(text), what), "Write the amount as 1234.50, without currency sign or thousands separators.")
	}
	if !isDigits(whole) || part != "" && !isDigits(part) || len(whole) > 12 {
		return bad("is not an amount")
	}
	if len(part) == 3 && digits != 3 && whole != "0" {
		return bad("could mean thousands or decimals")
	}
	if len(currency) != 3 {
		return agent.Money{}, oops("currency", "The amount has no currency.", "Add a column currency with a code such as EUR, or set one in the configuration.")
	}
	amount, err := strconv.ParseFloat(whole+"."+part+"0", 64)
	if err != nil {
		return bad("is not an amount")
	}
	return agent.Money{Minor: int64(math.Round(amount * math.Pow10(digits))), Currency: currency}, nil
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// parseYes reads a yes or no; an empty field is yes.
func parseYes(column, text string) (bool, *Problem) {
	switch strings.ToLower(text) {
	case "", "1", "y", "yes", "true":
		return true, nil
	case "0", "n", "no", "false":
		return false, nil
	}
	return false, oops(column, fmt.Sprintf("%q is neither yes nor no.", printable(text)), "Write yes or no.")
}

// parseTime reads a time in RFC 3339, or local time without a zone.
func parseTime(column, text string, local *time.Location) (time.Time, *Problem) {
	for _, form := range []string{time.RFC3339, "2006-01-02 15:04:05Z07:00"} {
		if at, err := time.Parse(form, text); err == nil {
			return at.UTC(), sane(column, at)
		}
	}
	for _, form := range []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05"} {
		if at, err := time.ParseInLocation(form, text, local); err == nil {
			return at.UTC(), sane(column, at)
		}
	}
	return time.Time{}, oops(column, fmt.Sprintf("%q is not a time.", printable(text)), "Write it as 2026-05-04T09:30:00Z or 2026-05-04 09:30:00.")
}

func sane(column string, at time.Time) *Problem {
	if at.Year() < 2000 || at.Year() > 2200 {
		return oops(column, fmt.Sprintf("The year %d cannot be right.", at.Year()), "Look at the clock of the program that writes the file.")
	}
	return nil
}

// shortened is what a spreadsheet makes of 4006381333931 when it takes it for a
// number.
var shortened = regexp.MustCompile(`^[0-9][.,][0-9]+[eE]\+[0-9]+$`)

// parseCodes reads barcodes separated by |. "4006381333931=12" is a pack of 12;
// pack is the size of those that do not say.
func parseCodes(text string, pack int64) ([]agent.Barcode, *Problem) {
	var codes []agent.Barcode
	for part := range strings.SplitSeq(text, "|") {
		code, problem := parseCode(Plain(strings.TrimSpace(part)), pack)
		if problem != nil {
			return nil, problem
		}
		same := slices.IndexFunc(codes, func(c agent.Barcode) bool { return barcode.Key(c.Text) == barcode.Key(code.Text) })
		switch {
		case code.Text == "":
		case same < 0:
			codes = append(codes, code)
		case codes[same].Pack != code.Pack:
			return nil, oops("barcode", fmt.Sprintf("The barcode %s stands for %d and for %d units.", printable(code.Text), codes[same].Pack, code.Pack), "Keep one of the two.")
		}
	}
	return codes, nil
}

func parseCode(text string, pack int64) (agent.Barcode, *Problem) {
	if before, size, ok := cutLast(text, "="); ok && isDigits(size) && before != "" {
		n, problem := parsePack("barcode", size)
		if problem != nil {
			return agent.Barcode{}, problem
		}
		text, pack = before, n
	}
	text, problem := checkText("barcode", text)
	if shortened.MatchString(text) {
		problem = oops("barcode", fmt.Sprintf("The barcode %q was shortened by a spreadsheet; its last digits are gone.", text),
			"Format the column as text in the spreadsheet and export the file again.")
	}
	return agent.Barcode{Text: text, Pack: pack}, problem
}

func cutLast(text, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(text, sep)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(sep):], true
}

func parsePack(column, text string) (int64, *Problem) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 || n > maxPack {
		return 0, oops(column, fmt.Sprintf("A pack of %q base units is not possible.", printable(text)), "Write a whole number from 1 to 1,000,000.")
	}
	return n, nil
}
