package csvfile

import "strings"

// Inert returns a text that no spreadsheet takes for a formula: one that begins
// with =, +, -, @ or a control character, also after blanks or in full width, gets
// an apostrophe in front. Use it for every text that came from outside; numbers
// that we made ourselves stay numbers. Plain undoes it exactly.
func Inert(text string) string {
	if dangerous(strings.TrimLeft(text, "'")) {
		return "'" + text
	}
	return text
}

// Plain returns the text that Inert was given.
func Plain(text string) string {
	if strings.HasPrefix(text, "'") && dangerous(strings.TrimLeft(text, "'")) {
		return text[1:]
	}
	return text
}

func dangerous(text string) bool {
	if text != "" && text[0] < ' ' {
		return true
	}
	for _, r := range strings.TrimLeft(text, " \u00a0\u3000") {
		return r < ' ' || strings.ContainsRune("=+-@＝＋－＠", r)
	}
	return false
}
