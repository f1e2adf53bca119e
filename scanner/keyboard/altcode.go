package keyboard

import (
	"strconv"
	"unicode/utf8"
)

// Windows takes a number typed with Alt for a character of its code page if it
// begins with 0, else for one of DOS. Scanners do this to be independent of the
// layout. In both, the first 128 are ASCII: DOS has pictures for the control
// characters, but a scanner that sends 29 means GS.
const (
	dos = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»" +
		"░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀" +
		"αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0"
	windows = "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ"
)

var (
	dosTable     = []rune(dos)
	windowsTable = []rune(windows)
)

// altCharacter returns the character of a number typed with Alt, false if there
// is none.
func altCharacter(digits string) (rune, bool) {
	n, err := strconv.Atoi(digits)
	if err != nil || len(digits) > maxAltCode {
		return 0, false
	}
	c := rune(n)
	switch ansi := digits[0] == '0'; {
	case n < 0x80 || n > 0xff || ansi && n >= 0xa0:
		// ASCII, Latin-1, or Unicode as newer programs take it.
	case ansi:
		c = windowsTable[n-0x80]
	default:
		c = dosTable[n-0x80]
	}
	return c, utf8.ValidRune(c) && c != utf8.RuneError
}
