package barcode

const zeros = "00000000000000"

// CheckDigitFits reports whether the last digit of a string of digits is the GS1
// check digit of the ones before it (GS1 General Specifications, section 7.9.1).
func CheckDigitFits(digits string) bool {
	n := len(digits) - 1
	return n >= 1 && digits[n] == CheckDigit(digits[:n])
}

// CheckDigit returns the GS1 check digit for a payload of digits: weights 3 and 1
// in turn, from the right.
func CheckDigit(payload string) byte {
	sum, weight := 0, 3
	for i := len(payload) - 1; i >= 0; i-- {
		sum += int(payload[i]-'0') * weight
		weight = 4 - weight
	}
	return byte('0' + (10-sum%10)%10)
}

// GTIN returns the 14 digits of a GTIN of 8, 12, 13 or 14 digits whose check
// digit fits.
func GTIN(digits string) (string, bool) {
	if !isGTINLength(digits) || !allDigits(digits) || !CheckDigitFits(digits) {
		return "", false
	}
	return padded(digits), true
}

func padded(digits string) string {
	if len(digits) == 14 {
		return digits
	}
	var b [14]byte
	copy(b[:], zeros)
	copy(b[14-len(digits):], digits)
	return string(b[:])
}

// ExpandUPCE returns the UPC-A of the eight digits of a UPC-E: number system,
// six digits, and the check digit, which is the UPC-A's.
func ExpandUPCE(upce string) (string, bool) {
	if len(upce) != 8 || upce[0] > '1' || !allDigits(upce) {
		return "", false
	}
	b := []byte(zeros[:12])
	b[0], b[11] = upce[0], upce[7]
	body := upce[1:7]
	switch last := body[5]; last {
	case '0', '1', '2':
		copy(b[1:], body[:2])
		b[3] = last
		copy(b[8:], body[2:5])
	case '3':
		copy(b[1:], body[:3])
		copy(b[9:], body[3:5])
	case '4':
		copy(b[1:], body[:4])
		b[10] = body[4]
	default:
		copy(b[1:], body[:5])
		b[10] = last
	}
	upca := string(b)
	return upca, CheckDigitFits(upca)
}

// CompressUPCE returns the UPC-E of a UPC-A. Few UPC-As have one.
func CompressUPCE(upca string) (string, bool) {
	if len(upca) != 12 || upca[0] > '1' || !allDigits(upca) || !CheckDigitFits(upca) {
		return "", false
	}
	maker, item := upca[1:6], upca[6:11]
	var body string
	switch {
	case maker[2] <= '2' && maker[3:] == "00" && item[:2] == "00":
		body = maker[:2] + item[2:] + maker[2:3]
	case maker[3:] == "00" && item[:3] == "000":
		body = maker[:3] + item[3:] + "3"
	case maker[4] == '0' && item[:4] == "0000":
		body = maker[:4] + item[4:] + "4"
	case maker[4] != '0' && item[:4] == "0000" && item[4] >= '5':
		body = maker + item[4:]
	default:
		return "", false
	}
	return upca[:1] + body + upca[11:], true
}

// Indicator returns the first digit of a GTIN-14 key: 0 for what is sold, 1 to 8
// for a case of it, 9 for what is weighed or measured. It is false for other keys.
func Indicator(key string) (byte, bool) {
	if len(key) != 14 || !allDigits(key) || !CheckDigitFits(key) {
		return 0, false
	}
	return key[0] - '0', true
}

// EachOf returns the key of what a case's key says it is a case of: the same
// number with the indicator 0.
func EachOf(key string) (string, bool) {
	if i, ok := Indicator(key); !ok || i < 1 || i > 8 {
		return "", false
	}
	payload := "0" + key[1:13]
	return payload + string(CheckDigit(payload)), true
}

func isGTINLength(text string) bool {
	switch len(text) {
	case 8, 12, 13, 14:
		return true
	}
	return false
}

func allDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// number reads the key or the two keys of a text of digits of a GTIN's length.
func (c *Code) number() {
	switch {
	case len(c.Text) == 8 && c.eight():
	case CheckDigitFits(c.Text):
		c.Key = padded(c.Text)
	default:
		c.BadCheckDigit = c.Symbology == "" || isRetail(c.Symbology) || c.Symbology[0] == 'I' && len(c.Text) == 14
	}
}

// eight reads eight digits, which can be an EAN-8 or a UPC-E. By the standard an
// EAN-8 that begins with 0 stays inside a company.
func (c *Code) eight() bool {
	if c.Symbology != "" && c.Symbology != "E0" {
		return false // an EAN-8, or not from the EAN family at all
	}
	upca, isUPCE := ExpandUPCE(c.Text)
	if !isUPCE {
		return false
	}
	expanded := padded(upca)
	switch {
	case c.Symbology == "E0":
		c.Key = expanded
	case c.Text[0] == '0':
		c.Key = expanded
		if CheckDigitFits(c.Text) {
			c.OtherKey = padded(c.Text)
		}
	case !CheckDigitFits(c.Text):
		return false // so few UPC-Es begin with 1 that a misread EAN-8 is likelier
	default:
		c.Key, c.OtherKey = padded(c.Text), expanded
	}
	if c.OtherKey == c.Key {
		c.OtherKey = ""
	}
	return true
}

// addOn takes the add-on off a number that was sent together with it. The
// standard sends 13 digits before it, scanners also 12 or 8.
func (c *Code) addOn() bool {
	for _, main := range [...]int{13, 12, 8} {
		more := len(c.Text) - main
		if more != 2 && more != 5 || !allDigits(c.Text) {
			continue
		}
		number := Code{Text: c.Text[:main], Key: c.Text, Symbology: "E0"}
		if main == 8 {
			number.Symbology = "" // EAN-8 as well as UPC-E
		}
		if number.number(); !number.BadCheckDigit {
			c.Key, c.OtherKey, c.AddOn = number.Key, number.OtherKey, c.Text[main:]
			return true
		}
	}
	return false
}

// periodical reads the number of a newspaper or book with an add-on that no
// identifier announces.
func (c *Code) periodical() bool {
	if n := len(c.Text); n != 15 && n != 18 {
		return false
	}
	if p := c.Text[:3]; p != "977" && p != "978" && p != "979" || !CheckDigitFits(c.Text[:13]) {
		return false
	}
	c.Key, c.OtherKey, c.AddOn = padded(c.Text[:13]), c.Text, c.Text[13:]
	return true
}

// Halves returns the two numbers that ran together in a text of digits: of 13, 12
// or 8 digits each, both with the right check digit.
func Halves(text string) (first, second string, ok bool) {
	n := len(text) / 2
	if len(text)%2 != 0 || n != 8 && n != 12 && n != 13 || !allDigits(text) {
		return "", "", false
	}
	first, second = text[:n], text[n:]
	return first, second, isNumber(first) && isNumber(second)
}

// isNumber reports whether digits are a GTIN or a UPC-E with a right check digit.
func isNumber(digits string) bool {
	_, isUPCE := ExpandUPCE(digits)
	return isUPCE || CheckDigitFits(digits)
}
