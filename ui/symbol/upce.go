package symbol

import (
	"errors"
	"strings"
)

// oddParity are the modules of the digits in number set A; set B is the mirrored
// complement (GS1 General Specifications, section 5.2.1.2).
var oddParity = [10]string{"0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011"}

// evenDigits says, by the check digit, which of the six digits are in number set B
// ("1") where the number system is 0; for number system 1 it is the other way round
// (section 5.2.3, UPC-E).
var evenDigits = [10]string{"111000", "110100", "110010", "110001", "101100", "100110", "100011", "101010", "101001", "100101"}

// upcE draws the eight digits of a UPC-E: number system, six digits, check digit.
func upcE(text string) (string, error) {
	if len(text) != 8 || strings.Trim(text, "0123456789") != "" || text[0] > '1' {
		return "", errors.New("a UPC-E has eight digits, the first of them 0 or 1")
	}
	var row strings.Builder
	row.WriteString("101")
	for i, even := range evenDigits[text[7]-'0'] {
		modules := oddParity[text[1+i]-'0']
		if (even == '1') == (text[0] == '0') {
			modules = mirroredComplement(modules)
		}
		row.WriteString(modules)
	}
	row.WriteString("010101")
	return row.String(), nil
}

func mirroredComplement(modules string) string {
	out := make([]byte, len(modules))
	for i := range modules {
		out[len(out)-1-i] = '0' + '1' - modules[i]
	}
	return string(out)
}
