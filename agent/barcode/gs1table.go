package barcode

// entry is what is known about an application identifier, or about a run of
// identifiers that differ in their last digit only.
type entry struct {
	ai   string // the first of the run
	last byte   // the last digit of the run's last identifier; 0 where it is one only
	// fixed is true where no separator is needed after the value.
	fixed bool
	// attribute is true where a web address may hold it behind its question mark.
	attribute bool
	parts     []part
	name      string // in our words; a run's names end with what the last digit says
}

// part is one component of a value. Only the last one may vary in length.
type part struct {
	set      charset
	min, max int
	optional bool
	checks   []check
}

type charset byte

// The character sets, as GS1 names them.
const (
	digits    charset = 'N'
	text82    charset = 'X' // character set 82
	text39    charset = 'Y' // character set 39
	base64url charset = 'Z'
)

func num(n int, checks ...check) part       { return part{digits, n, n, false, checks} }
func numUpTo(n int, checks ...check) part   { return part{digits, 1, n, false, checks} }
func chars(n int, checks ...check) part     { return part{text82, n, n, false, checks} }
func charsUpTo(n int, checks ...check) part { return part{text82, 1, n, false, checks} }
func maybe(p part) part                     { p.optional = true; return p }
func one(p part) []part                     { return []part{p} }
func all(parts ...part) []part              { return parts }
func free(n int) []part                     { return one(charsUpTo(n)) }
func key(n int, more ...check) part         { return num(n, append([]check{csum}, more...)...) }
func runOf(ai string, last byte, name string) entry {
	return entry{ai, last, true, true, one(num(6)), name}
}

// table holds the application identifiers in the order of their numbers. The
// facts are those of the GS1 General Specifications of January 2026.
var table = []entry{
	{"00", 0, true, true, one(key(18, gcppos2)), "logistic unit"},
	{"01", 0, true, true, one(key(14, gcppos2)), "item"},
	{"02", 0, true, true, one(key(14, gcppos2)), "item inside"},
	{"03", 0, true, false, one(key(14, gcppos2)), "made-to-order item"},
	{"10", 0, false, true, free(20), "lot"},
	{"11", 0, true, true, one(num(6, yymmd0)), "made"},
	{"12", 0, true, true, one(num(6, yymmd0)), "due"},
	{"13", 0, true, true, one(num(6, yymmd0)), "packed"},
	{"15", 0, true, true, one(num(6, yymmd0)), "best before"},
	{"16", 0, true, true, one(num(6, yymmd0)), "sell by"},
	{"17", 0, true, true, one(num(6, yymmd0)), "expires"},
	{"20", 0, true, true, one(num(2)), "variant"},
	{"21", 0, false, false, free(20), "serial"},
	{"22", 0, false, false, free(20), "consumer variant"},
	{"235", 0, false, false, free(28), "third-party serial"},
	{"240", 0, false, true, free(30), "further number"},
	{"241", 0, false, true, free(30), "customer's part"},
	{"242", 0, false, true, one(numUpTo(6)), "made-to-order variant"},
	{"243", 0, false, true, free(20), "packaging part"},
	{"250", 0, false, true, free(30), "second serial"},
	{"251", 0, false, true, free(30), "made from"},
	{"253", 0, false, true, all(key(13, gcppos1), maybe(charsUpTo(17))), "document"},
	{"254", 0, false, false, free(20), "place extension"},
	{"255", 0, false, true, all(key(13, gcppos1), maybe(numUpTo(12))), "coupon"},
	{"30", 0, false, true, one(numUpTo(8)), "count"},
	runOf("3100", '5', "net kg"),
	runOf("3110", '5', "length m"),
	runOf("3120", '5', "width m"),
	runOf("3130", '5', "height m"),
	runOf("3140", '5', "area m²"),
	runOf("3150", '5', "net litres"),
	runOf("3160", '5', "net m³"),
	runOf("3200", '5', "net lb"),
	runOf("3210", '5', "length in"),
	runOf("3220", '5', "length ft"),
	runOf("3230", '5', "length yd"),
	runOf("3240", '5', "width in"),
	runOf("3250", '5', "width ft"),
	runOf("3260", '5', "width yd"),
	runOf("3270", '5', "height in"),
	runOf("3280", '5', "height ft"),
	runOf("3290", '5', "height yd"),
	runOf("3300", '5', "gross kg"),
	runOf("3310", '5', "outer length m"),
	runOf("3320", '5', "outer width m"),
	runOf("3330", '5', "outer height m"),
	runOf("3340", '5', "outer area m²"),
	runOf("3350", '5', "outer litres"),
	runOf("3360", '5', "outer m³"),
	runOf("3370", '5', "kg per m²"),
	runOf("3400", '5', "gross lb"),
	runOf("3410", '5', "outer length in"),
	runOf("3420", '5', "outer length ft"),
	runOf("3430", '5', "outer length yd"),
	runOf("3440", '5', "outer width in"),
	runOf("3450", '5', "outer width ft"),
	runOf("3460", '5', "outer width yd"),
	runOf("3470", '5', "outer height in"),
	runOf("3480", '5', "outer height ft"),
	runOf("3490", '5', "outer height yd"),
	runOf("3500", '5', "area in²"),
	runOf("3510", '5', "area ft²"),
	runOf("3520", '5', "area yd²"),
	runOf("3530", '5', "outer area in²"),
	runOf("3540", '5', "outer area ft²"),
	runOf("3550", '5', "outer area yd²"),
	runOf("3560", '5', "net troy oz"),
	runOf("3570", '5', "net oz"),
	runOf("3600", '5', "net quarts"),
	runOf("3610", '5', "net gallons"),
	runOf("3620", '5', "outer quarts"),
	runOf("3630", '5', "outer gallons"),
	runOf("3640", '5', "net in³"),
	runOf("3650", '5', "net ft³"),
	runOf("3660", '5', "net yd³"),
	runOf("3670", '5', "outer in³"),
	runOf("3680", '5', "outer ft³"),
	runOf("3690", '5', "outer yd³"),
	{"37", 0, false, true, one(numUpTo(8)), "items inside"},
	{"3900", '9', false, true, one(numUpTo(15)), "to pay"},
	{"3910", '9', false, true, all(num(3, iso4217), numUpTo(15)), "to pay"},
	{"3920", '9', false, true, one(numUpTo(15)), "price"},
	{"3930", '9', false, true, all(num(3, iso4217), numUpTo(15)), "price"},
	{"3940", '3', false, true, one(num(4)), "per cent off"},
	{"3950", '5', false, true, one(num(6)), "price per unit"},
	{"400", 0, false, true, free(30), "order"},
	{"401", 0, false, true, one(charsUpTo(30, gcppos1)), "consignment"},
	{"402", 0, false, true, one(key(17, gcppos1)), "shipment"},
	{"403", 0, false, true, free(30), "route"},
	{"410", 0, true, true, one(key(13, gcppos1)), "deliver to"},
	{"411", 0, true, true, one(key(13, gcppos1)), "bill to"},
	{"412", 0, true, true, one(key(13, gcppos1)), "bought from"},
	{"413", 0, true, true, one(key(13, gcppos1)), "forward to"},
	{"414", 0, true, true, one(key(13, gcppos1)), "place"},
	{"415", 0, true, true, one(key(13, gcppos1)), "pay to"},
	{"416", 0, true, true, one(key(13, gcppos1)), "made at"},
	{"417", 0, true, true, one(key(13, gcppos1)), "party"},
	{"420", 0, false, true, free(20), "postcode"},
	{"421", 0, false, true, all(num(3, iso3166), charsUpTo(9)), "country and postcode"},
	{"422", 0, false, true, one(num(3, iso3166)), "country of origin"},
	{"423", 0, false, true, upToFive, "first processed in"},
	{"424", 0, false, true, one(num(3, iso3166)), "processed in"},
	{"425", 0, false, true, upToFive, "taken apart in"},
	{"426", 0, false, true, one(num(3, iso3166)), "wholly made in"},
	{"427", 0, false, true, free(3), "region of origin"},
	{"4300", 0, false, true, one(charsUpTo(35, pcenc)), "deliver to company"},
	{"4301", 0, false, true, one(charsUpTo(35, pcenc)), "deliver to name"},
	{"4302", 0, false, true, one(charsUpTo(70, pcenc)), "deliver to street"},
	{"4303", 0, false, true, one(charsUpTo(70, pcenc)), "deliver to street, second line"},
	{"4304", 0, false, true, one(charsUpTo(70, pcenc)), "deliver to suburb"},
	{"4305", 0, false, true, one(charsUpTo(70, pcenc)), "deliver to town"},
	{"4306", 0, false, true, one(charsUpTo(70, pcenc)), "deliver to region"},
	{"4307", 0, false, true, one(chars(2, iso3166alpha2)), "deliver to country"},
	{"4308", 0, false, true, free(30), "deliver to phone"},
	{"4309", 0, false, true, all(num(10, latitude), num(10, longitude)), "deliver to position"},
	{"4310", 0, false, true, one(charsUpTo(35, pcenc)), "return to company"},
	{"4311", 0, false, true, one(charsUpTo(35, pcenc)), "return to name"},
	{"4312", 0, false, true, one(charsUpTo(70, pcenc)), "return to street"},
	{"4313", 0, false, true, one(charsUpTo(70, pcenc)), "return to street, second line"},
	{"4314", 0, false, true, one(charsUpTo(70, pcenc)), "return to suburb"},
	{"4315", 0, false, true, one(charsUpTo(70, pcenc)), "return to town"},
	{"4316", 0, false, true, one(charsUpTo(70, pcenc)), "return to region"},
	{"4317", 0, false, true, one(chars(2, iso3166alpha2)), "return to country"},
	{"4318", 0, false, true, free(20), "return to postcode"},
	{"4319", 0, false, true, free(30), "return to phone"},
	{"4320", 0, false, true, one(charsUpTo(35, pcenc)), "service"},
	{"4321", 0, false, true, one(num(1, yesno)), "dangerous goods"},
	{"4322", 0, false, true, one(num(1, yesno)), "may be left"},
	{"4323", 0, false, true, one(num(1, yesno)), "needs a signature"},
	{"4324", 0, false, true, all(num(6, yymmd0), num(4, hhmi)), "not before"},
	{"4325", 0, false, true, all(num(6, yymmd0), num(4, hhmi)), "not after"},
	{"4326", 0, false, true, one(num(6, yymmdd)), "released"},
	{"4330", 0, false, true, temperature, "at most °F/100"},
	{"4331", 0, false, true, temperature, "at most °C/100"},
	{"4332", 0, false, true, temperature, "at least °F/100"},
	{"4333", 0, false, true, temperature, "at least °C/100"},
	{"7001", 0, false, true, one(num(13)), "NATO stock number"},
	{"7002", 0, false, true, free(30), "meat cut"},
	{"7003", 0, false, true, all(num(6, yymmdd), num(4, hhmi)), "expires at"},
	{"7004", 0, false, true, one(numUpTo(4)), "active potency"},
	{"7005", 0, false, true, free(12), "catch area"},
	{"7006", 0, false, true, one(num(6, yymmdd)), "first frozen"},
	{"7007", 0, false, true, all(num(6, yymmdd), maybe(num(6, yymmdd))), "harvested"},
	{"7008", 0, false, true, free(3), "species"},
	{"7009", 0, false, true, free(10), "fishing gear"},
	{"7010", 0, false, true, free(2), "production method"},
	{"7011", 0, false, true, all(num(6, yymmdd), maybe(num(4, hhmi))), "test by"},
	{"7020", 0, false, true, free(20), "refurbishment lot"},
	{"7021", 0, false, true, free(20), "function"},
	{"7022", 0, false, true, free(20), "revision"},
	{"7023", 0, false, true, one(charsUpTo(30, gcppos1)), "asset of the assembly"},
	{"7030", '9', false, true, all(num(3, iso3166999), charsUpTo(27)), "processor"},
	{"7040", 0, false, false, all(num(1), chars(1), chars(1), chars(1, importeridx)), "unique identification"},
	{"7041", 0, false, false, one(charsUpTo(4, packagetype)), "package type"},
	{"710", 0, false, true, free(20), "German reimbursement number"},
	{"711", 0, false, true, free(20), "French reimbursement number"},
	{"712", 0, false, true, free(20), "Spanish reimbursement number"},
	{"713", 0, false, true, free(20), "Brazilian reimbursement number"},
	{"714", 0, false, true, free(20), "Portuguese reimbursement number"},
	{"715", 0, false, true, free(20), "American reimbursement number"},
	{"716", 0, false, true, free(20), "Italian reimbursement number"},
	{"717", 0, false, true, free(20), "Costa Rican registration number"},
	{"7230", '9', false, true, all(chars(2), charsUpTo(28)), "certificate"},
	{"7240", 0, false, true, free(20), "protocol"},
	{"7241", 0, false, true, one(num(2, mediatype)), "media type"},
	{"7242", 0, false, true, free(25), "version control number"},
	{"7250", 0, false, true, one(num(8, yyyymmdd)), "born"},
	{"7251", 0, false, true, all(num(8, yyyymmdd), num(4, hhmi)), "born at"},
	{"7252", 0, false, true, one(num(1, iso5218)), "sex"},
	{"7253", 0, false, true, one(charsUpTo(40, pcenc)), "family name"},
	{"7254", 0, false, true, one(charsUpTo(40, pcenc)), "given name"},
	{"7255", 0, false, true, free(10), "name suffix"},
	{"7256", 0, false, true, one(charsUpTo(90, pcenc)), "full name"},
	{"7257", 0, false, true, one(charsUpTo(70, pcenc)), "person's address"},
	{"7258", 0, false, true, one(chars(3, posinseqslash)), "birth sequence"},
	{"7259", 0, false, true, one(charsUpTo(40, pcenc)), "baby of"},
	{"8001", 0, false, true, all(num(4, nonzero), num(5, nonzero), num(3, nonzero), num(1, winding), num(1)), "roll"},
	{"8002", 0, false, true, free(20), "mobile telephone"},
	{"8003", 0, false, true, all(num(1, zero), key(13, gcppos1), maybe(charsUpTo(16))), "returnable asset"},
	{"8004", 0, false, true, one(charsUpTo(30, gcppos1)), "asset"},
	{"8005", 0, false, true, one(num(6)), "price per unit"},
	{"8006", 0, false, true, all(key(14, gcppos2), num(4, pieceoftotal)), "part of an item"},
	{"8007", 0, false, true, one(charsUpTo(34, iban)), "bank account"},
	{"8008", 0, false, true, all(num(6, yymmdd), num(2, hh), maybe(num(2, mi)), maybe(num(2, ss))), "made at"},
	{"8009", 0, false, true, free(50), "sensor"},
	{"8010", 0, false, true, one(part{text39, 1, 30, false, []check{gcppos1}}), "component"},
	{"8011", 0, false, false, one(numUpTo(12, nozeroprefix)), "component serial"},
	{"8012", 0, false, true, free(20), "software version"},
	{"8013", 0, false, true, one(charsUpTo(25, csumalpha, gcppos1)), "model"},
	{"8014", 0, false, false, one(charsUpTo(25, csumalpha, gcppos1, hasnondigit)), "device registration"},
	{"8017", 0, false, true, one(key(18, gcppos1)), "provider"},
	{"8018", 0, false, true, one(key(18, gcppos1)), "recipient"},
	{"8019", 0, false, false, one(numUpTo(10)), "service instance"},
	{"8020", 0, false, false, free(25), "payment reference"},
	{"8026", 0, false, true, all(key(14, gcppos2), num(4, pieceoftotal)), "parts inside"},
	{"8030", 0, false, true, one(part{base64url, 1, 90, false, nil}), "signature"},
	{"8040", 0, false, false, one(num(15)), "IMEI"},
	{"8041", 0, false, false, one(num(15)), "second IMEI"},
	{"8042", 0, false, false, one(num(32)), "embedded SIM"},
	{"8043", 0, false, false, all(num(18), maybe(numUpTo(2))), "SIM"},
	{"8110", 0, false, true, one(charsUpTo(70, couponcode)), "coupon"},
	{"8111", 0, false, true, one(num(4)), "loyalty points"},
	{"8112", 0, false, true, one(charsUpTo(70, couponposoffer)), "coupon"},
	{"8200", 0, false, false, free(70), "web page"},
	{"90", 0, false, true, free(30), "agreed between partners"},
	{"91", '9', false, true, free(90), "of the company"},
}

var (
	upToFive    = all(num(3, iso3166), maybe(num(3, iso3166)), maybe(num(3, iso3166)), maybe(num(3, iso3166)), maybe(num(3, iso3166)))
	temperature = all(num(6), maybe(chars(1, hyphen)))
)

// linkKeys are the identifiers that begin a web address, and the qualifiers that
// may follow each in its path, in this order. A second list is an alternative.
var linkKeys = []struct {
	ai         string
	qualifiers [][]string
}{
	{"00", nil},
	{"01", [][]string{{"22", "10", "21"}, {"235"}}},
	{"253", nil},
	{"255", nil},
	{"401", nil},
	{"402", nil},
	{"414", [][]string{{"254"}, {"7040"}}},
	{"415", [][]string{{"8020"}}},
	{"417", [][]string{{"7040"}}},
	{"8003", nil},
	{"8004", [][]string{{"7040"}}},
	{"8006", [][]string{{"22", "10", "21"}}},
	{"8010", [][]string{{"8011"}}},
	{"8013", nil},
	{"8017", [][]string{{"8019"}}},
	{"8018", [][]string{{"8019"}}},
}

// byPrefix holds, for the first two digits of an identifier, where its entries
// stand in the table.
var byPrefix = func() (index [100]struct{ from, to uint8 }) {
	for i, e := range table {
		p := int(e.ai[0]-'0')*10 + int(e.ai[1]-'0')
		end := p
		if len(e.ai) == 2 && e.last != 0 {
			end = int(e.ai[0]-'0')*10 + int(e.last-'0')
		}
		for ; p <= end; p++ {
			if index[p].to == 0 {
				index[p].from = uint8(i)
			}
			index[p].to = uint8(i + 1)
		}
	}
	return index
}()

// entryOf returns the entry of the identifier that a text begins with.
func entryOf(text string) (*entry, bool) {
	if len(text) < 2 || text[0]-'0' > 9 || text[1]-'0' > 9 {
		return nil, false
	}
	span := byPrefix[int(text[0]-'0')*10+int(text[1]-'0')]
	for i := span.from; i < span.to; i++ {
		if e := &table[i]; e.begins(text) {
			return e, true
		}
	}
	return nil, false
}

// begins reports whether a text begins with an identifier of the entry.
func (e *entry) begins(text string) bool {
	n := len(e.ai)
	if len(text) < n {
		return false
	}
	if e.last == 0 {
		return text[:n] == e.ai
	}
	return text[:n-1] == e.ai[:n-1] && text[n-1] >= e.ai[n-1] && text[n-1] <= e.last
}
