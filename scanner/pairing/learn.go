package pairing

import (
	"maps"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/stockhand/stockhand/scanner"
)

// terminators are the bytes that scanners end a code with.
const terminators = "\r\n\t\x03"

// trim takes off what stands around a code on the wire.
func trim(raw []byte) []byte { return []byte(strings.Trim(string(raw), "\x00\x02"+terminators)) }

// aim is an AIM symbology identifier (ISO/IEC 15424).
var aim = regexp.MustCompile(`\][A-Za-z][0-9A-F]`)

// identify learns from the first code. A meaning in which it stands unharmed says
// what the settings are.
func (s *Session) identify(f *Finding, h scanner.Hearing) {
	f.Faults = nil
	want := identifying(s.word)
	for _, m := range h.Meanings {
		if prefix, rest, ok := strings.Cut(string(m.Raw), want); ok {
			f.around(prefix, rest, m.Settings)
			f.Answers[Identify] = AsPrinted
			return
		}
	}
	f.Settings = maps.Clone(h.Meanings[0].Settings)
	f.Answers[Identify] = Garbled
	f.add(garbledAs(h, want))
}

// garbledAs says why the first code did not arrive as it is.
func garbledAs(h scanner.Hearing, want string) FaultName {
	for _, m := range h.Meanings {
		if strings.Contains(swapCase(string(m.Raw)), want) {
			return CapsLock
		}
	}
	if h.Lost {
		return InputLost
	}
	return WrongLayout
}

func swapCase(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case 'A' <= r && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, text)
}

// around learns from what stands before and after the first code.
func (f *Finding) around(prefix, rest string, settings map[string]any) {
	prefix = strings.Trim(prefix, "\x00\x02")
	f.AIM = aim.MatchString(prefix)
	f.Prefix = aim.ReplaceAllLiteralString(prefix, "")
	f.Suffix = strings.TrimRight(rest, "\x00")
	if f.Suffix != "" && strings.IndexByte(terminators, f.Suffix[0]) < 0 {
		f.Suffix = "" // another code follows, or a text that ends nothing
	}
	f.Settings = maps.Clone(settings)
	if f.Settings == nil {
		f.Settings = map[string]any{}
	}
	switch {
	case f.Prefix != "" && utf8.ValidString(f.Prefix):
		f.Settings["prefix"] = f.Prefix
	case f.Prefix != "":
		f.add(OddPrefix)
	}
	if f.Candidate.Driver == "hid-pos" {
		return // the device frames by itself
	}
	f.Settings["suffix"] = suffixName(f.Suffix)
	if f.Suffix == "" {
		f.add(NoSuffix)
	}
	if settings["caps"] == "on" {
		f.add(CapsLock)
	}
}

// suffixName is the word of the configuration for a terminator.
func suffixName(suffix string) string {
	for name, bytes := range map[string]string{"crlf": "\r\n", "cr": "\r", "lf": "\n", "tab": "\t", "etx": "\x03"} {
		if suffix == bytes {
			return name
		}
	}
	if suffix == "" {
		return "none"
	}
	return "auto"
}

// learn takes another code of the sheet. It returns which one it was, or "".
func (s *Session) learn(f *Finding, raw []byte) Step {
	text := f.bare(raw)
	if answer, ok := s.separator(text); ok {
		f.answer(Separator, answer)
		return Separator
	}
	for step, forms := range digits {
		if answer, ok := forms[text]; ok {
			f.answer(step, answer)
			return step
		}
	}
	return ""
}

// bare takes off what was learned to stand around each code.
func (f *Finding) bare(raw []byte) string {
	text := string(trim(raw))
	if f.AIM {
		if at := aim.FindStringIndex(text); at != nil && at[0] <= len(f.Prefix) {
			text = text[:at[0]] + text[at[1]:]
		}
	}
	return strings.TrimPrefix(text, f.Prefix)
}

func (s *Session) separator(text string) (Answer, bool) {
	rest, ok := strings.CutPrefix(strings.TrimLeft(text, gs), before)
	if !ok {
		return "", false
	}
	between, ok := strings.CutSuffix(strings.TrimRight(rest, gs), after(s.word))
	switch {
	case !ok:
		return Garbled, true
	case between == gs:
		return AsPrinted, true
	case between == "":
		return Lost, true
	}
	return Replaced, true
}

// digits are the forms in which the codes made of digits are known to arrive.
var digits = map[Step]map[string]Answer{
	UPCE: {
		upcE: AsPrinted, upcEExpanded: Expanded, "0" + upcEExpanded: Expanded, "00" + upcEExpanded: Expanded,
		upcE[:7]: Shortened, upcE[1:]: Shortened, upcE[1:7]: Shortened, upcEExpanded[:11]: Shortened, upcEExpanded[1:]: Shortened,
	},
	UPCA: {
		upcA: AsPrinted, "0" + upcA: Expanded, "00" + upcA: Expanded,
		upcA[:11]: Shortened, upcA[1:]: Shortened, upcA[1:11]: Shortened,
	},
	EAN8: {
		ean8: AsPrinted, "00000" + ean8: Expanded, "000000" + ean8: Expanded, ean8[:7]: Shortened, "00000" + ean8[:7]: Shortened,
	},
}

func (f *Finding) answer(step Step, answer Answer) {
	f.Answers[step] = answer
	f.remove(map[Step]FaultName{Separator: LostSeparator, UPCE: digitsFault(UPCE), UPCA: digitsFault(UPCA), EAN8: digitsFault(EAN8)}[step])
	switch {
	case step == Separator && answer != AsPrinted:
		f.add(LostSeparator)
	case answer == Shortened:
		f.add(digitsFault(step))
	}
}
