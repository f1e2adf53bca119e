package barcode_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent/barcode"
)

func pad(n, width int) string {
	s := strconv.Itoa(n)
	return strings.Repeat("0", width-len(s)) + s
}

func TestCheckDigits(t *testing.T) {
	// From GS1's own examples and from articles on the shelf.
	for payload, want := range map[string]byte{
		"400638133393": '1', "03600029145": '2', "9638507": '4', "9876543210921": '3', "590123412345": '7',
		"0000000": '0', "629104150021": '3', "1": '7', "": '0',
	} {
		if got := barcode.CheckDigit(payload); got != want {
			t.Errorf("CheckDigit(%q) = %c, want %c", payload, got, want)
		}
	}
	for _, digits := range []string{"", "0", "5"} {
		if barcode.CheckDigitFits(digits) {
			t.Errorf("%q has a payload and a check digit", digits)
		}
	}
}

func TestGTIN(t *testing.T) {
	for digits, want := range map[string]string{
		ean: gtin, "036000291452": "00036000291452", "96385074": "00000096385074", gtin: gtin,
		"4006381333932": "", "400638133393": "", "": "", "ABC": "", "-400638133393": "",
	} {
		if got, ok := barcode.GTIN(digits); got != want || ok != (want != "") {
			t.Errorf("GTIN(%q) = %q, %t", digits, got, ok)
		}
	}
}

var upces = map[string]string{
	"04252614": "042100005264", "01234505": "012000003455", "01234514": "012100003454", "01234523": "012200003453",
	"01234531": "012300000451", "01234543": "012340000053", "01234558": "012345000058", "01234565": "012345000065",
	"01234596": "012345000096",
}

func TestUPCEIsExpandedAndCompressed(t *testing.T) {
	for upce, upca := range upces {
		if got, ok := barcode.ExpandUPCE(upce); !ok || got != upca {
			t.Errorf("%s is expanded to %s, %t", upce, got, ok)
		}
		if got, ok := barcode.CompressUPCE(upca); !ok || got != upce {
			t.Errorf("%s is compressed to %s, %t", upca, got, ok)
		}
		if got := barcode.Key(upce); got != "00"+upca {
			t.Errorf("the key of %s is %s", upce, got)
		}
		if got := barcode.Parse([]byte("]E0" + upce)); got.Key != "00"+upca {
			t.Errorf("%+v", got)
		}
	}
	for _, bad := range []string{"", "0425261", "042526140", "04252615", "24252614", "0425261x", "９６３８５０７４"} {
		if got, ok := barcode.ExpandUPCE(bad); ok {
			t.Errorf("%q is expanded to %s", bad, got)
		}
	}
	for _, bad := range []string{"", "036000291452", "212345000051", "012345000059", "01234500005x", "012340000152"} {
		if got, ok := barcode.CompressUPCE(bad); ok {
			t.Errorf("%q is compressed to %s", bad, got)
		}
	}
}

// Every seventh UPC-E there is: what is expanded can be compressed, to a UPC-E that means
// the same article, and from then on nothing changes.
func TestEveryUPCEMeansOneArticle(t *testing.T) {
	for n := 0; n < 2_000_000; n += 7 {
		digits := pad(n, 7)
		for c := byte('0'); c <= '9'; c++ {
			upca, ok := barcode.ExpandUPCE(digits + string(c))
			if !ok {
				continue
			}
			upce, ok := barcode.CompressUPCE(upca)
			if again, _ := barcode.ExpandUPCE(upce); !ok || again != upca {
				t.Fatalf("%s%c is %s, which is compressed to %s, which is %s", digits, c, upca, upce, again)
			}
		}
	}
}

func TestCases(t *testing.T) {
	for key, want := range map[string]string{
		"14006381333938": gtin, "24006381333935": gtin, gtin: "", "94006381333934": "", "14006381333939": "", "TEA": "", "": "",
	} {
		if got, ok := barcode.EachOf(key); got != want || ok != (want != "") {
			t.Errorf("EachOf(%q) = %q, %t", key, got, ok)
		}
	}
	if i, ok := barcode.Indicator("98765432109213"); !ok || i != 9 {
		t.Errorf("the indicator is %d, %t", i, ok)
	}
}

// draw draws a number with a right check digit.
func draw(t *rapid.T, length int) string {
	payload := string(rapid.SliceOfN(rapid.ByteRange('0', '9'), length-1, length-1).Draw(t, "payload"))
	return payload + string(barcode.CheckDigit(payload))
}

var lengths = rapid.SampledFrom([]int{8, 12, 13, 14})

// One article number is found in whatever length and with whatever identifier a
// scanner sends it, and so is the catalogue's. Eight digits that can be a UPC-E
// are found by one of their two keys.
func TestAGTINHasOneKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := draw(t, lengths.Draw(t, "length"))
		want := strings.Repeat("0", 14-len(number)) + number
		for _, length := range []int{8, 12, 13, 14} {
			if length < len(number) {
				continue
			}
			padded := strings.Repeat("0", length-len(number)) + number
			for _, raw := range []string{padded, " " + padded + "\r\n", "]C0 " + padded, "]E4" + padded} {
				if got := barcode.Parse([]byte(raw)); got.Key != want && got.OtherKey != want || got.BadCheckDigit {
					t.Fatalf("Parse(%q) = %+v, want the key %s", raw, got, want)
				}
			}
			if got, other := barcode.Keys(padded); got != want && other != want {
				t.Fatalf("Keys(%q) = %s, %s", padded, got, other)
			}
			if length > 8 && barcode.Parse([]byte("]E0"+padded)).Key != want {
				t.Fatalf("]E0%s is not %s", padded, want)
			}
		}
	})
}

// A check digit finds every single wrong digit, and every swap of neighbours that
// do not differ by five, where it is known what the digits are.
func TestAWrongDigitIsNoticed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := []byte(draw(t, lengths.Draw(t, "length")))
		at := rapid.IntRange(0, len(number)-1).Draw(t, "at")
		wrong := bytes.Clone(number)
		wrong[at] = '0' + (wrong[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if c := barcode.Parse(append([]byte("]E4"), wrong...)); !c.BadCheckDigit || c.Key != string(wrong) {
			t.Fatalf("%s misread as %s is taken for %+v", number, wrong, c)
		}
		next := (at + 1) % len(number)
		swapped := append([]byte("]E4"), number...)
		swapped[at+3], swapped[next+3] = swapped[next+3], swapped[at+3]
		apart := int(number[at]) - int(number[next])
		if next == at+1 && apart != 0 && apart != 5 && apart != -5 && !barcode.Parse(swapped).BadCheckDigit {
			t.Fatalf("%s swapped to %s is not noticed", number, swapped)
		}
	})
}
