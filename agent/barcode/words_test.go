package barcode_test

import "testing"

func TestDescribe(t *testing.T) {
	for raw, want := range map[string]string{
		ean:                 "EAN-13, item key " + gtin,
		"]E0" + ean:         "EAN-13, item key " + gtin,
		"036000291452":      "UPC-A, item key 00036000291452",
		"]E00036000291452":  "UPC-A, item key 00036000291452",
		"96385074":          "EAN-8, item key 00000096385074",
		"]E496385074":       "EAN-8, item key 00000096385074",
		"04252614":          "UPC-E, item key 00042100005264",
		"01234558":          "UPC-E, item key 00012345000058, or 00000001234558",
		"14006381333938":    "GTIN-14, item key 14006381333938, a case",
		"]I114006381333938": "Interleaved 2 of 5 (check digit verified and sent), item key 14006381333938, a case",
		"4006381333932":     "text, wrong check digit, item key 4006381333932",
		"]C0TEA":            "Code 128, item key TEA",
		"TEA":               "text, item key TEA",
		"]E3" + ean + "12":  "EAN-13, item key " + gtin + ", add-on 12",
		"]E112":             "EAN add-on (two digits), item key 12, add-on 12",
		"]C1" + five:        "GS1-128, item key " + gtin + ", expires 2025-12-31, lot LOT-4711, serial SERIAL-0000000000001, count 000012",
		"01" + gtin + "10A": "GS1 element string, item key " + gtin + ", or 01" + gtin + "10A, lot A",
		"]d201" + gtin + "3103001250" + "3932" + "9781999": "GS1 Data Matrix, item key " + gtin + ", net kg 1.250, price 19.99 in currency 978",
		"]C101" + gtin + "99" + gs + "10":                  "GS1-128, item key " + gtin + ", the rest can't be read: is a separator lost?",
		"https://example.com/01/" + gtin + "/10/A":         "GS1 Digital Link, item key " + gtin + ", lot A",
		"SH.B.A-01":                  "our label of the bin A-01",
		"SH.P.anna":                  "our badge anna",
		"SH.Z.shop":                  "our label of the zone shop",
		"SH.C.undo":                  "our command undo",
		"STOCKHAND-7F3Q-aZyY:/_=?#":  "the code of set-up",
		"#@12345#":                   "a code that sets up scanners",
		"]Z6TERMID131":               "no barcode (the scanner's answer)",
		"A\x00B":                     "no barcode",
		"40063813339314006381333931": "two numbers in one scan: " + ean + " and " + ean,
		"":                           "text, item key ",
	} {
		c := shopRules.Parse([]byte(raw))
		if got := c.Describe(2025); got != want {
			t.Errorf("%q\n got %s\nwant %s", raw, got, want)
		}
	}
	if got := shopRules.Parse([]byte(withCheck("281234701250"))).Describe(2025); got != "EAN-13, item key "+key13("281234000000")+", or 0"+withCheck("281234701250")+", 1.250 kg" {
		t.Errorf("a weighed item: %s", got)
	}
}
