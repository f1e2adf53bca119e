package keyboard

import "unicode"

// accents maps a dead key to pairs of a letter and what both make together.
// Capital letters follow from the small ones.
var accents = map[rune][]rune{
	'^': []rune("aâeêiîoôuû"),
	'´': []rune("aáeéiíoóuúyý"),
	'`': []rune("aàeèiìoòuù"),
	'¨': []rune("aäeëiïoöuüyÿ"),
	'~': []rune("aãnñoõ"),
}

// combine returns what a dead key and the character after it make, false if they
// stay apart.
func combine(accent, c rune) (rune, bool) {
	if c == ' ' {
		return accent, true
	}
	small := unicode.ToLower(c)
	pairs := accents[accent]
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] != small {
			continue
		}
		if c == small {
			return pairs[i+1], true
		}
		return unicode.ToUpper(pairs[i+1]), true
	}
	return 0, false
}
