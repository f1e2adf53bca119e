package barcode

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// tableDigest is the SHA-256 of what the table says of every identifier, one a
// line, as it was when TestTheTableAgreesWithTheDictionary last compared it with
// GS1's file. Whoever changes the table has to compare it again.
const tableDigest = "697ab75f61fcc3629c39110cbdf59d1b8b9d511ac69d6748f1e242809acf120d"

// facts returns what the table says, one identifier a line, in the words of GS1's
// syntax dictionary.
func facts() []string {
	var lines []string
	for _, e := range table {
		last := e.last
		if last == 0 {
			last = e.ai[len(e.ai)-1]
		}
		for d := e.ai[len(e.ai)-1]; d <= last; d++ {
			lines = append(lines, e.ai[:len(e.ai)-1]+string(d)+e.fact())
		}
	}
	slices.Sort(lines)
	return lines
}

func (e *entry) fact() string {
	flags := ""
	if e.fixed {
		flags += "*"
	}
	if e.attribute {
		flags += "?"
	}
	words := []string{flags}
	for _, p := range e.parts {
		words = append(words, p.fact())
	}
	for _, k := range linkKeys {
		if k.ai != e.ai {
			continue
		}
		word := "dlpkey"
		for i, list := range k.qualifiers {
			word += string("=|"[min(i, 1)]) + strings.Join(list, ",")
		}
		words = append(words, word)
	}
	return " " + strings.Join(words, " ")
}

func (p *part) fact() string {
	text := fmt.Sprintf("%c%d", p.set, p.max)
	if p.min != p.max {
		text = fmt.Sprintf("%c..%d", p.set, p.max)
	}
	if p.optional {
		text = "[" + text + "]"
	}
	for _, c := range p.checks {
		text += "," + checkNames[c]
	}
	return text
}

var checkNames = map[check]string{
	csum: "csum", csumalpha: "csumalpha", gcppos1: "gcppos1", gcppos2: "gcppos2", yymmd0: "yymmd0", yymmdd: "yymmdd",
	yyyymmdd: "yyyymmdd", hhmi: "hhmi", hh: "hh", mi: "mi", ss: "ss", iso3166: "iso3166", iso3166999: "iso3166999",
	iso3166alpha2: "iso3166alpha2", iso4217: "iso4217", iso5218: "iso5218", pcenc: "pcenc", nonzero: "nonzero", zero: "zero",
	nozeroprefix: "nozeroprefix", hasnondigit: "hasnondigit", hyphen: "hyphen", yesno: "yesno", winding: "winding",
	pieceoftotal: "pieceoftotal", latitude: "latitude", longitude: "longitude", iban: "iban", importeridx: "importeridx",
	mediatype: "mediatype", posinseqslash: "posinseqslash", packagetype: "packagetype", couponcode: "couponcode", couponposoffer: "couponposoffer",
}

// dictionary reads GS1's syntax dictionary: the facts that the table holds, too.
func dictionary(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		first, last, isRun := strings.Cut(words[0], "-")
		if !isRun {
			last = first
		}
		words = words[1:]
		flags := ""
		if strings.Trim(words[0], "*?") == "" {
			flags, words = words[0], words[1:]
		}
		kept := []string{flags}
		for _, w := range words {
			if strings.HasPrefix(w, "dlpkey") || !strings.HasPrefix(w, "req=") && !strings.HasPrefix(w, "ex=") {
				kept = append(kept, w)
			}
		}
		stem := first[:len(first)-1]
		for d := first[len(first)-1]; d <= last[len(last)-1]; d++ {
			lines = append(lines, stem+string(d)+" "+strings.Join(kept, " "))
		}
	}
	slices.Sort(lines)
	return lines
}

// Set GS1_DICTIONARY to the path of gs1-syntax-dictionary.txt, of the release of
// January 2026 (https://github.com/gs1/gs1-syntax-dictionary), to compare every
// identifier of the table with it.
func TestTheTableAgreesWithTheDictionary(t *testing.T) {
	path := os.Getenv("GS1_DICTIONARY")
	if path == "" {
		t.Skip("GS1_DICTIONARY names no copy of GS1's syntax dictionary; the digest stands for it")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := facts(), dictionary(string(text))
	for _, line := range theirs {
		if !slices.Contains(ours, line) {
			t.Errorf("the dictionary says %q", line)
		}
	}
	for _, line := range ours {
		if !slices.Contains(theirs, line) {
			t.Errorf("the table says %q", line)
		}
	}
	if len(ours) < 400 {
		t.Errorf("the table has %d identifiers only", len(ours))
	}
}

// Without the dictionary at hand: the table is the one that was compared with it.
func TestTheTableIsTheOneThatWasCompared(t *testing.T) {
	sum := sha256.Sum256([]byte(strings.Join(facts(), "\n")))
	if got := hex.EncodeToString(sum[:]); got != tableDigest {
		t.Errorf("the table's digest is %s: compare it with GS1's dictionary (see TestTheTableAgreesWithTheDictionary), then write the digest here", got)
	}
}

// An identifier is found by its digits alone, whatever follows.
func TestNoIdentifierBeginsAnother(t *testing.T) {
	var seen []string
	for _, line := range facts() {
		ai, _, _ := strings.Cut(line, " ")
		for _, other := range seen {
			if strings.HasPrefix(ai, other) {
				t.Errorf("%s begins with %s", ai, other)
			}
		}
		seen = append(seen, ai)
		if e, ok := entryOf(ai + "000"); !ok || len(e.ai) != len(ai) {
			t.Errorf("%s is not found", ai)
		}
		if (Element{AI: ai}).Name() == "" {
			t.Errorf("%s has no name", ai)
		}
	}
}

// Every check has a name, and those without a rule are the ones that doc.go tells.
func TestWhatIsNotChecked(t *testing.T) {
	var without []string
	for c, f := range checkers {
		if checkNames[check(c)] == "" {
			t.Errorf("check %d has no name", c)
		}
		if f == nil {
			without = append(without, checkNames[check(c)])
		}
	}
	if want := []string{"gcppos1", "gcppos2", "packagetype", "couponcode", "couponposoffer"}; !slices.Equal(without, want) || len(checkers) != len(checkNames) {
		t.Errorf("%v are not checked, want %v", without, want)
	}
}
