package barcode

import "strings"

// check is a rule about the content of a component.
type check byte

// The checks, by the names that GS1's syntax dictionary gives them.
const (
	csum check = iota
	csumalpha
	gcppos1 // not checked: needs GS1's list of company prefixes
	gcppos2 // not checked: the same, from the second digit
	yymmd0
	yymmdd
	yyyymmdd
	hhmi
	hh
	mi
	ss
	iso3166
	iso3166999
	iso3166alpha2
	iso4217
	iso5218
	pcenc
	nonzero
	zero
	nozeroprefix
	hasnondigit
	hyphen
	yesno
	winding
	pieceoftotal
	latitude
	longitude
	iban
	importeridx
	mediatype
	posinseqslash
	packagetype    // not checked: needs a list
	couponcode     // not checked: a language of its own
	couponposoffer // not checked: the same
)

// checkers holds the rules by check; nil where there is none. Values have the
// component's length and character set already.
var checkers = [...]func(string) bool{
	csum:           CheckDigitFits,
	csumalpha:      checkCharactersFit,
	gcppos1:        nil,
	gcppos2:        nil,
	yymmd0:         func(v string) bool { return isDate(v, true) },
	yymmdd:         func(v string) bool { return isDate(v, false) },
	yyyymmdd:       func(v string) bool { return isDate(v[2:], false) },
	hhmi:           func(v string) bool { return v[:2] <= "23" && v[2:] <= "59" },
	hh:             func(v string) bool { return v <= "23" },
	mi:             func(v string) bool { return v <= "59" },
	ss:             func(v string) bool { return v <= "59" },
	iso3166:        isNonzero,
	iso3166999:     isNonzero,
	iso3166alpha2:  func(v string) bool { return isUpper(v[0]) && isUpper(v[1]) },
	iso4217:        isNonzero,
	iso5218:        func(v string) bool { return strings.Contains("0129", v) },
	pcenc:          isPercentEncoded,
	nonzero:        isNonzero,
	zero:           func(v string) bool { return !isNonzero(v) },
	nozeroprefix:   func(v string) bool { return v[0] != '0' || v == "0" },
	hasnondigit:    func(v string) bool { return !allDigits(v) },
	hyphen:         func(v string) bool { return v == "-" },
	yesno:          func(v string) bool { return v <= "1" },
	winding:        func(v string) bool { return strings.Contains("019", v) },
	pieceoftotal:   func(v string) bool { return isNonzero(v[:2]) && v[:2] <= v[2:] },
	latitude:       func(v string) bool { return v <= "1800000000" },
	longitude:      func(v string) bool { return v <= "3600000000" },
	iban:           isIBAN,
	importeridx:    func(v string) bool { return base64url.holds(v) },
	mediatype:      func(v string) bool { return v >= "01" && v <= "10" || v >= "80" },
	posinseqslash:  func(v string) bool { return v[0] >= '1' && v[0] <= v[2] && v[1] == '/' && v[2] <= '9' },
	packagetype:    nil,
	couponcode:     nil,
	couponposoffer: nil,
}

// fits reports whether a component's value has its character set and keeps its
// rules.
func (p *part) fits(value string) bool {
	if !p.set.holds(value) {
		return false
	}
	for _, c := range p.checks {
		if f := checkers[c]; f != nil && !f(value) {
			return false
		}
	}
	return true
}

// sets holds, for each byte, the character sets it belongs to, and whether a
// separator may begin with it.
var sets = func() (is [256]byte) {
	for i := range byte(128) {
		switch {
		case i >= '0' && i <= '9':
			is[i] = inDigits | in82 | in39 | inBase64
		case isUpper(i):
			is[i] = in82 | in39 | inBase64
		case i >= 'a' && i <= 'z':
			is[i] = in82 | inBase64
		case i == '-':
			is[i] = in82 | in39 | inBase64
		case i == '_':
			is[i] = in82 | inBase64
		case i == '#' || i == '/':
			is[i] = in39
		case i == '=':
			is[i] = inBase64
		}
		if strings.IndexByte("\x1d<{[^", i) >= 0 {
			is[i] |= maySeparate
		}
		if strings.IndexByte(punctuation82, i) >= 0 {
			is[i] |= in82
		}
	}
	is[picture[0]] = maySeparate
	return is
}()

// punctuation82 are the characters of set 82 that are neither letter nor digit.
const punctuation82 = `!"%&'()*+,-./:;<=>?_`

const (
	inDigits = 1 << iota
	in82
	in39
	inBase64
	maySeparate
)

// holds reports whether all of a value's characters belong to the set.
func (s charset) holds(value string) bool {
	mask := byte(inDigits)
	switch s {
	case text82:
		mask = in82
	case text39:
		mask = in39
	case base64url:
		mask = inBase64
	}
	for i := range len(value) {
		if sets[value[i]]&mask == 0 {
			return false
		}
	}
	return true
}

func isUpper(b byte) bool { return b >= 'A' && b <= 'Z' }

func isNonzero(v string) bool { return strings.Trim(v, "0") != "" }

// isDate reports whether six digits are a date. Where GS1 allows the day 00 it
// means the month's last.
func isDate(v string, open bool) bool {
	year, month, day := two(v), two(v[2:]), two(v[4:])
	return month >= 1 && month <= 12 && (day >= 1 || open) && day <= daysIn(year, month)
}

func two(v string) int { return int(v[0]-'0')*10 + int(v[1]-'0') }

// daysIn returns the days of a month. Two digits of a year are enough: none of
// the years that GS1 can spell is a full century but 2000, which has a leap day.
func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// isPercentEncoded reports whether every per cent sign begins two hexadecimal
// digits.
func isPercentEncoded(v string) bool {
	for i := range len(v) {
		if v[i] == '%' && (i+2 >= len(v) || hexValue(v[i+1]) < 0 || hexValue(v[i+2]) < 0) {
			return false
		}
	}
	return true
}

func hexValue(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'A' && b <= 'F':
		return int(b-'A') + 10
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	}
	return -1
}

// isIBAN reports whether a bank account number leaves 1 when it is divided by 97,
// as ISO 13616 asks.
func isIBAN(v string) bool {
	if len(v) < 5 || !isUpper(v[0]) || !isUpper(v[1]) || !allDigits(v[2:4]) {
		return false
	}
	rest := 0
	for i := range len(v) {
		switch b := v[(i+4)%len(v)]; {
		case b >= '0' && b <= '9':
			rest = (rest*10 + int(b-'0')) % 97
		case isUpper(b):
			rest = (rest*100 + int(b-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

const (
	// order82 is character set 82 in the order of its values.
	order82 = `!"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz`
	// order32 are the check characters in the order of their values.
	order32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
)

var primes = [...]int{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83}

// checkCharactersFit reports whether the last two characters of a model number
// are the check characters of the ones before: their values, weighted by the
// primes from the right, modulo 1021.
func checkCharactersFit(v string) bool {
	n := len(v) - 2
	if n < 1 || n > len(primes) {
		return false
	}
	sum := 0
	for i := range n {
		sum += strings.IndexByte(order82, v[i]) * primes[n-1-i]
	}
	sum %= 1021
	return v[n] == order32[sum>>5] && v[n+1] == order32[sum&31]
}
