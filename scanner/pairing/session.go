package pairing

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/scanner"
)

// Session listens until it knows the scanner. The zero value is not usable; call
// New. It is not safe for concurrent use.
type Session struct {
	word   string
	heard  []Heard
	scores map[string]*Finding // by Candidate.ID, of those that sent the word
	order  []string            // their IDs, first come first
}

// New begins a session with a word of WordLength of the Letters, by chance.
func New(word string) *Session {
	return &Session{word: word, scores: map[string]*Finding{}}
}

// Heard is one hearing as it is shown to people.
type Heard struct {
	Candidate string        `json:"candidate"`
	At        time.Time     `json:"at"`
	Took      time.Duration `json:"took"` // from the first byte to the last
	Raw       []byte        `json:"raw"`  // under the settings that are known by then
	Step      Step          `json:"step,omitempty"`
	Lost      bool          `json:"lost,omitempty"`
	// Repeated is true where the same came again so soon that it is one scan.
	Repeated bool `json:"repeated,omitempty"`
}

// Kept is how many hearings a session remembers.
const Kept = 50

// Finding is a scanner that sent the word, and what was learned of it.
type Finding struct {
	Candidate scanner.Candidate
	// Settings are what to configure over Candidate.Settings: suffix, prefix,
	// layout, speed.
	Settings map[string]any
	Prefix   string // what comes before each code, without an AIM identifier
	Suffix   string // what ends each code; empty: nothing but silence
	AIM      bool   // it says which symbology it read
	// Answers are what became of each step that was scanned.
	Answers map[Step]Answer
	Faults  []Fault
}

// Answer is how a code of the sheet arrived.
type Answer string

// The answers.
const (
	AsPrinted Answer = "as printed"
	Expanded  Answer = "expanded"     // UPC-E or UPC-A as a longer number for the same item
	Shortened Answer = "digits lost"  // the check digit or the number system is missing
	Replaced  Answer = "replaced"     // something else stands for the group separator
	Lost      Answer = "lost"         // the group separator does not arrive
	Garbled   Answer = "not readable" // the word arrived, the rest did not
)

// Hear takes what a candidate sent.
func (s *Session) Hear(c scanner.Candidate, h scanner.Hearing) {
	if len(h.Meanings) == 0 {
		return
	}
	f := s.scores[c.ID]
	heard := Heard{Candidate: c.ID, At: h.Last, Took: h.Last.Sub(h.First), Lost: h.Lost, Raw: s.raw(f, h)}
	heard.Repeated = s.repeats(c.ID, h)
	switch {
	case s.identifies(h):
		heard.Step = Identify
		if f == nil {
			f = &Finding{Candidate: c, Answers: map[Step]Answer{}}
			s.scores[c.ID] = f
			s.order = append(s.order, c.ID)
		}
		s.identify(f, h)
		heard.Raw = s.raw(f, h)
	case f != nil:
		heard.Step = s.learn(f, heard.Raw)
	}
	if f != nil && heard.Repeated {
		f.add(DoubleReads)
	}
	s.heard = append(s.heard, heard)
	if len(s.heard) > Kept {
		s.heard = slices.Delete(s.heard, 0, len(s.heard)-Kept)
	}
}

// Heard returns what was heard, oldest first.
func (s *Session) Heard() []Heard { return slices.Clone(s.heard) }

// Findings returns the scanners that were recognised, one for each piece of
// hardware: of two interfaces of one scanner the better one, with a fault that
// says so.
func (s *Session) Findings() []Finding {
	var out []Finding
	for _, id := range s.order {
		f := s.scores[id].clone()
		same := slices.IndexFunc(out, func(o Finding) bool {
			return f.Candidate.Physical != "" && o.Candidate.Physical == f.Candidate.Physical
		})
		if same < 0 {
			out = append(out, f)
			continue
		}
		if rank(f) > rank(out[same]) {
			out[same], f = f, out[same]
		}
		out[same].add(TwoInterfaces)
	}
	return out
}

// rank orders the interfaces of one scanner: HID POS says what it read and needs
// no claim, a serial port at least arrives byte for byte.
func rank(f Finding) int {
	return slices.Index([]string{"keyboard", "serial", "hid-pos"}, f.Candidate.Driver)
}

func (f *Finding) clone() Finding {
	c := *f
	c.Settings, c.Answers, c.Faults = maps.Clone(f.Settings), maps.Clone(f.Answers), slices.Clone(f.Faults)
	return c
}

// raw is a hearing under the settings that were learned, or under the first ones.
func (s *Session) raw(f *Finding, h scanner.Hearing) []byte {
	if f != nil {
		for _, m := range h.Meanings {
			if agrees(m.Settings, f.Settings) {
				return bytes.Clone(m.Raw)
			}
		}
	}
	return bytes.Clone(h.Meanings[0].Raw)
}

// agrees reports whether settings contain nothing that contradicts what was
// learned.
func agrees(settings, learned map[string]any) bool {
	for k, v := range settings {
		if l, ok := learned[k]; ok && l != v {
			return false
		}
	}
	return true
}

// tooSoon is the silence below which two equal scans are one that came twice: no
// trigger is that fast.
const tooSoon = 80 * time.Millisecond

func (s *Session) repeats(candidate string, h scanner.Hearing) bool {
	for i := len(s.heard) - 1; i >= 0; i-- {
		last := s.heard[i]
		if last.Candidate != candidate {
			continue
		}
		return h.First.Sub(last.At) < tooSoon && slices.ContainsFunc(h.Meanings, func(m scanner.Meaning) bool {
			return bytes.Equal(trim(m.Raw), trim(last.Raw))
		})
	}
	// Two equal codes without silence between them arrive as one hearing.
	raw := trim(h.Meanings[0].Raw)
	return strings.Count(strings.ToUpper(string(raw)), s.word) > 1
}

// identifies reports whether this is the first code of the sheet, garbled or not.
func (s *Session) identifies(h scanner.Hearing) bool {
	return slices.ContainsFunc(h.Meanings, func(m scanner.Meaning) bool {
		text := string(m.Raw)
		return holds(text, s.word) && !strings.Contains(text, "0109506000134352")
	})
}
