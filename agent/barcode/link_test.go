package barcode_test

import (
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent/barcode"
)

func TestDigitalLinks(t *testing.T) {
	for address, want := range map[string]string{
		"https://id.gs1.org/01/" + gtin:                                         "(01)" + gtin,
		"http://example.com/01/" + gtin:                                         "(01)" + gtin,
		"HTTPS://EXAMPLE.COM/01/" + gtin:                                        "(01)" + gtin,
		"https://example.com:8443/a/path/01/" + gtin + "/":                      "(01)" + gtin,
		"https://example.com/01/" + gtin + "/22/V/10/LOT/21/7?17=251231":        "(01)" + gtin + " (22)V (10)LOT (21)7 (17)251231",
		"https://example.com/01/" + gtin + "/10/LOT?17=251231&3103=000195":      "(01)" + gtin + " (10)LOT (17)251231 (3103)000195",
		"https://example.com/01/" + gtin + "?17=251231;30=12#top":               "(01)" + gtin + " (17)251231 (30)12",
		"https://example.com/01/" + gtin + "?utm_source=x&lang=de&linkType=all": "(01)" + gtin,
		"https://example.com/01/" + gtin + "/235/TPX":                           "(01)" + gtin + " (235)TPX",
		"https://example.com/01/" + gtin + "/10/A%2FB%25":                       "(01)" + gtin + " (10)A/B%",
		"https://example.com/01/0400638133393%31":                               "(01)" + gtin,
		"https://example.com/01/" + ean:                                         "(01)" + gtin, // zeros left out
		"https://example.com/00/123456789012345675":                             "(00)123456789012345675",
		"https://example.com/shop/8006/" + gtin + "0203/10/X":                   "(8006)" + gtin + "0203 (10)X",
		"https://example.com/414/4006381333931/254/A":                           "(414)4006381333931 (254)A",
		"https://example.com/8004/" + "X/01/" + gtin:                            "(01)" + gtin,
	} {
		c := barcode.Parse([]byte("]Q1" + address))
		if c.Kind != barcode.DigitalLink || c.Malformed || c.Text != address || spelled(c.Elements()) != want {
			t.Errorf("%s\n got %s, %+v\nwant %s", address, spelled(c.Elements()), c, want)
		}
		if strings.HasPrefix(want, "(01)") && c.Key != gtin {
			t.Errorf("%s has the key %s", address, c.Key)
		}
	}
	if c := barcode.Parse([]byte("https://example.com/01/" + gtin + "?30=12")); c.Amount != (barcode.Amount{Of: barcode.Pieces, Value: 12}) {
		t.Errorf("%+v", c)
	}
}

// What an address has besides is told, but the item in it is certain.
func TestDigitalLinksWithMore(t *testing.T) {
	for rest, want := range map[string]string{
		"/21/7/10/LOT":                   " (21)7", // the wrong order
		"/10/LOT/235/TPX":                " (10)LOT",
		"/details":                       "",
		"/17/251231":                     "", // belongs behind the question mark
		"/10/LOT?17=251331&30=5":         " (10)LOT (30)5",
		"?21=7":                          "", // belongs into the path
		"?14=251231&17=251231":           " (17)251231",
		"?9999=1":                        "",
		"/10/A%1DB":                      "",
		"/10/A%2":                        "",
		"/10/" + strings.Repeat("x", 21): "",
	} {
		c := barcode.Parse([]byte("https://example.com/01/" + gtin + rest))
		if c.Kind != barcode.DigitalLink || !c.Malformed || c.Key != gtin || spelled(c.Elements()) != "(01)"+gtin+want {
			t.Errorf("%s: %s, %+v", rest, spelled(c.Elements()), c)
		}
	}
}

func TestAddressesThatAreNoDigitalLink(t *testing.T) {
	for _, address := range []string{
		"https://", "http://", "https:///", "https://example.com", "https://example.com/", "https://example.com/01", "https://example.com/01/",
		"https://example.com/01/4006381333932", "https://example.com?01=" + gtin, "ftp://example.com/01/" + gtin, "example.com/01/" + gtin,
		"https://example.com/1/" + gtin, "https://example.com/10/LOT", "https://example.com/#/01/" + gtin,
		"https://example.com/01/%", "https://example.com/414/4006381333931/x",
		"https://example.com/" + strings.Repeat("a/", 100) + "01/" + gtin, // too deep to be one
		"https://example.com/ARFKk4XB0CDKWcnpq",                           // compressed
	} {
		parses(t, address, text(address))
	}
}
