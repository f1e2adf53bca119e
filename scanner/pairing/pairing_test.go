package pairing_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/pairing"
)

const word = "BDFHKLNR"

var (
	first  = pairing.Sheet(word)[0].Text
	lotted = pairing.Sheet(word)[2].Text

	serial   = scanner.Candidate{ID: "serial:usb-0c2e-0b61-1", Driver: "serial", Physical: "1-2"}
	keyboard = scanner.Candidate{ID: "keyboard:usb-0c2e-0b61-1", Driver: "keyboard", Physical: "1-3"}
	hidpos   = scanner.Candidate{ID: "hidpos:usb-0c2e-0b61-1", Driver: "hid-pos", Physical: "1-3"}
)

// wire is a scanner as the session hears it: each send is a second after the last,
// unless it is said to be sooner.
type wire struct {
	session *pairing.Session
	now     time.Time
}

func listen() *wire { return &wire{pairing.New(word), time.Unix(0, 0)} }

func (w *wire) send(c scanner.Candidate, raw string) { w.sendAfter(time.Second, c, meaning(raw)) }

func (w *wire) sendAfter(silence time.Duration, c scanner.Candidate, meanings ...scanner.Meaning) {
	w.now = w.now.Add(silence)
	h := scanner.Hearing{Candidate: c.ID, First: w.now, Meanings: meanings}
	w.now = w.now.Add(20 * time.Millisecond)
	h.Last = w.now
	w.session.Hear(c, h)
}

func meaning(raw string, settings ...any) scanner.Meaning {
	m := scanner.Meaning{Raw: []byte(raw)}
	for i := 0; i < len(settings); i += 2 {
		if m.Settings == nil {
			m.Settings = map[string]any{}
		}
		m.Settings[settings[i].(string)] = settings[i+1]
	}
	return m
}

// only returns the single scanner that was found.
func (w *wire) only(t *testing.T) pairing.Finding {
	t.Helper()
	found := w.session.Findings()
	if len(found) != 1 {
		t.Fatalf("found %d scanners, want 1: %+v", len(found), found)
	}
	return found[0]
}

func faults(f pairing.Finding) []pairing.FaultName {
	var names []pairing.FaultName
	for _, f := range f.Faults {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return names
}

func TestTheFirstCodeTeachesWhatStandsAroundACode(t *testing.T) {
	for name, tt := range map[string]struct {
		sent   string
		want   map[string]any
		aim    bool
		faults []pairing.FaultName
	}{
		"CR":                        {first + "\r", map[string]any{"suffix": "cr"}, false, nil},
		"CR and LF":                 {first + "\r\n", map[string]any{"suffix": "crlf"}, false, nil},
		"TAB":                       {first + "\t", map[string]any{"suffix": "tab"}, false, nil},
		"STX and ETX":               {"\x02" + first + "\x03", map[string]any{"suffix": "etx"}, false, nil},
		"two ends of their own":     {first + "\t\r", map[string]any{"suffix": "auto"}, false, nil},
		"nothing":                   {first, map[string]any{"suffix": "none"}, false, []pairing.FaultName{pairing.NoSuffix}},
		"an AIM identifier":         {"]C0" + first + "\r", map[string]any{"suffix": "cr"}, true, nil},
		"a prefix":                  {"TILL2>" + first + "\r", map[string]any{"suffix": "cr", "prefix": "TILL2>"}, false, nil},
		"a prefix and an AIM id":    {"TILL2>]C0" + first + "\r", map[string]any{"suffix": "cr", "prefix": "TILL2>"}, true, nil},
		"an AIM id and a prefix":    {"]C0TILL2>" + first + "\r", map[string]any{"suffix": "cr", "prefix": "TILL2>"}, true, nil},
		"a prefix that is no text":  {"\xe9" + first + "\r", map[string]any{"suffix": "cr"}, false, []pairing.FaultName{pairing.OddPrefix}},
		"NULs between its packages": {"\x00" + first + "\r\x00", map[string]any{"suffix": "cr"}, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := listen()
			w.send(serial, tt.sent)
			f := w.only(t)
			if !maps.Equal(f.Settings, tt.want) || f.AIM != tt.aim || !slices.Equal(faults(f), tt.faults) {
				t.Errorf("learned %v, AIM %v, faults %v; want %v, %v, %v", f.Settings, f.AIM, faults(f), tt.want, tt.aim, tt.faults)
			}
			if f.Answers[pairing.Identify] != pairing.AsPrinted {
				t.Errorf("the first code arrived %q", f.Answers[pairing.Identify])
			}
		})
	}
}

func TestAKeyboardIsReadByTheLayoutThatMakesSense(t *testing.T) {
	w := listen()
	german := strings.NewReplacer("Z", "Y", "Y", "Z", "z", "y", "y", "z").Replace(first)
	w.sendAfter(time.Second, keyboard, meaning(german+"\r", "layout", "us"), meaning(first+"\r", "layout", "de"))
	f := w.only(t)
	if f.Settings["layout"] != "de" || len(f.Faults) > 0 {
		t.Errorf("learned %v with faults %v, want the German layout and none", f.Settings, faults(f))
	}
	if heard := w.session.Heard(); string(heard[0].Raw) != first+"\r" {
		t.Errorf("it shows %q, want what the learned layout makes of it", heard[0].Raw)
	}
}

func TestAGarbledCodeIsRecognisedAndExplained(t *testing.T) {
	swapped := strings.Map(func(r rune) rune {
		if strings.ToUpper(string(r)) == string(r) {
			return []rune(strings.ToLower(string(r)))[0]
		}
		return []rune(strings.ToUpper(string(r)))[0]
	}, first)
	for name, tt := range map[string]struct {
		sent string
		want pairing.FaultName
	}{
		"an unknown keyboard": {"STOCKHQNDß" + word + "ßqWxXÖ&-_ç\r", pairing.WrongLayout},
		"Caps Lock":           {swapped + "\r", pairing.CapsLock},
	} {
		t.Run(name, func(t *testing.T) {
			w := listen()
			w.send(keyboard, tt.sent)
			f := w.only(t)
			if got := faults(f); !slices.Equal(got, []pairing.FaultName{tt.want}) || f.Answers[pairing.Identify] != pairing.Garbled {
				t.Errorf("faults %v, arrived %q", got, f.Answers[pairing.Identify])
			}
			if f.Faults[0].Sentence == "" || f.Faults[0].Remedy == "" {
				t.Error("the fault does not say what to do")
			}
			w.send(keyboard, first+"\r") // after the remedy
			if f := w.only(t); len(f.Faults) > 0 {
				t.Errorf("after the remedy there are still faults: %v", faults(f))
			}
		})
	}
}

func TestTheSeparatorIsFollowedThroughTheScanner(t *testing.T) {
	for name, tt := range map[string]struct {
		sent string
		want pairing.Answer
	}{
		"as it is":              {lotted, pairing.AsPrinted},
		"with a leading FNC1":   {"\x1d" + lotted, pairing.AsPrinted},
		"dropped":               {strings.ReplaceAll(lotted, "\x1d", ""), pairing.Lost},
		"shown as a bar":        {strings.ReplaceAll(lotted, "\x1d", "|"), pairing.Replaced},
		"spelt out":             {strings.ReplaceAll(lotted, "\x1d", "<GS>"), pairing.Replaced},
		"with its end cut away": {lotted[:len(lotted)-2], pairing.Garbled},
	} {
		t.Run(name, func(t *testing.T) {
			w := listen()
			w.send(serial, "]C0"+first+"\r")
			w.send(serial, "]d2"+tt.sent+"\r")
			f := w.only(t)
			if f.Answers[pairing.Separator] != tt.want {
				t.Errorf("the separator arrived %q, want %q", f.Answers[pairing.Separator], tt.want)
			}
			if lost := slices.Contains(faults(f), pairing.LostSeparator); lost == (tt.want == pairing.AsPrinted) {
				t.Errorf("faults %v", faults(f))
			}
		})
	}
}

func TestDigitsThatWereCutOffAreNoticed(t *testing.T) {
	for sent, want := range map[string]struct {
		step   pairing.Step
		answer pairing.Answer
	}{
		"04252614": {pairing.UPCE, pairing.AsPrinted}, "042100005264": {pairing.UPCE, pairing.Expanded},
		"0042100005264": {pairing.UPCE, pairing.Expanded}, "0425261": {pairing.UPCE, pairing.Shortened},
		"425261": {pairing.UPCE, pairing.Shortened}, "036000291452": {pairing.UPCA, pairing.AsPrinted},
		"0036000291452": {pairing.UPCA, pairing.Expanded}, "03600029145": {pairing.UPCA, pairing.Shortened},
		"96385074": {pairing.EAN8, pairing.AsPrinted}, "9638507": {pairing.EAN8, pairing.Shortened},
	} {
		w := listen()
		w.send(serial, first+"\r")
		w.send(serial, sent+"\r")
		f := w.only(t)
		if got := f.Answers[want.step]; got != want.answer {
			t.Errorf("%s arrived %q, want %q", sent, got, want.answer)
		}
		if cut := len(f.Faults) > 0; cut != (want.answer == pairing.Shortened) {
			t.Errorf("%s: faults %v", sent, faults(f))
		}
	}
}

func TestOneScannerWithTwoInterfacesIsOneFinding(t *testing.T) {
	for name, order := range map[string][]scanner.Candidate{
		"keyboard first": {keyboard, hidpos},
		"HID POS first":  {hidpos, keyboard},
	} {
		t.Run(name, func(t *testing.T) {
			w := listen()
			for _, c := range order {
				w.sendAfter(100*time.Millisecond, c, meaning(first+"\r"))
			}
			f := w.only(t)
			if f.Candidate.ID != hidpos.ID || !slices.Contains(faults(f), pairing.TwoInterfaces) {
				t.Errorf("found %s with faults %v, want HID POS and to be told", f.Candidate.ID, faults(f))
			}
		})
	}
}

func TestTwoScannersAreTwoFindings(t *testing.T) {
	w := listen()
	w.send(serial, first+"\r")
	w.send(keyboard, first+"\r")
	if n := len(w.session.Findings()); n != 2 {
		t.Errorf("found %d, want 2", n)
	}
}

func TestTheSameCodeTwiceWithoutAPauseIsADoubleRead(t *testing.T) {
	for name, send := range map[string]func(*wire){
		"one after the other": func(w *wire) {
			w.send(serial, first+"\r")
			w.sendAfter(30*time.Millisecond, serial, meaning(first+"\r"))
		},
		"in one piece": func(w *wire) { w.send(serial, first+"\r"+first+"\r") },
	} {
		t.Run(name, func(t *testing.T) {
			w := listen()
			send(w)
			if got := faults(w.only(t)); !slices.Contains(got, pairing.DoubleReads) {
				t.Errorf("faults %v, want a double read", got)
			}
		})
	}
	w := listen()
	w.send(serial, first+"\r")
	w.send(serial, first+"\r") // a second later: somebody tried again
	if got := faults(w.only(t)); len(got) > 0 {
		t.Errorf("scanning again at leisure gives %v", got)
	}
}

func TestOnlyWhoSendsTheWordIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := listen()
		for range rapid.IntRange(1, 20).Draw(t, "hearings") {
			raw := rapid.SliceOfN(rapid.Byte(), 0, 80).Draw(t, "raw")
			var meanings []scanner.Meaning
			for range rapid.IntRange(0, 3).Draw(t, "meanings") {
				meanings = append(meanings, meaning(string(raw), "layout", "us"))
			}
			w.sendAfter(time.Duration(rapid.Int64Range(0, 1e9).Draw(t, "silence")), serial, meanings...)
		}
		if found := w.session.Findings(); len(found) > 0 {
			t.Fatalf("noise was taken for a scanner: %+v", found)
		}
		w.send(serial, first+"\r")
		if len(w.session.Findings()) != 1 {
			t.Fatal("after noise the scanner is not found")
		}
	})
}

func TestTheWordLiesOnTheSameKeysEverywhere(t *testing.T) {
	if strings.ContainsAny(pairing.Letters, "AQWZYM0123456789") {
		t.Errorf("%q holds letters that lie elsewhere on some keyboard", pairing.Letters)
	}
}
