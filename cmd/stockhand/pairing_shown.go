package main

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
	"github.com/stockhand/stockhand/scanner/pairing"
	"github.com/stockhand/stockhand/ui/live"
	"github.com/stockhand/stockhand/ui/symbol"
)

// What the page and the terminal show of a pairing.
type (
	pairingShown = live.Pairing
	findingRow   = live.Finding
)

// pairingShown returns the pairing under way.
func (w *works) pairingShown() pairingShown {
	s, until, active := w.pairing.state()
	if !active {
		return pairingShown{}
	}
	p := pairingShown{Active: true, Until: until.UTC()}
	for _, c := range pairing.Sheet(s.Word) {
		drawn, err := symbol.Draw(string(c.Symbology), c.Text)
		if err != nil {
			w.log.Error("a code of the pairing cannot be drawn", "code", "pairing-symbol", "error", err)
			continue
		}
		p.Codes = append(p.Codes, live.PairCode{Step: string(c.Step), Symbology: string(c.Symbology), Text: c.Text, Rows: drawn.Rows, Quiet: drawn.Quiet})
	}
	for _, c := range s.Candidates {
		row := live.Candidate{ID: c.ID, Name: clean(c.Name), Driver: c.Driver, Likely: c.Likely}
		if c.Fault != nil {
			row.Sentence, row.Remedy = c.Fault.Sentence, c.Fault.Remedy
		}
		p.Candidates = append(p.Candidates, row)
	}
	for _, h := range slices.Backward(s.Heard) {
		p.Heard = append(p.Heard, heardShown(h))
	}
	for _, f := range s.Findings {
		p.Findings = append(p.Findings, findingShown(f))
	}
	if s.Problem != nil {
		p.Problem = clean(s.Problem.Error())
	}
	return p
}

func heardShown(h pairing.Heard) live.Heard {
	return live.Heard{
		Candidate: h.Candidate, At: h.At.UTC(), Took: h.Took.Milliseconds(), Bytes: hex.EncodeToString(h.Raw),
		Text: agent.ShowRaw(h.Raw), Meaning: meaningOf(h), Step: string(h.Step), Repeated: h.Repeated, Lost: h.Lost,
	}
}

// meaningOf says what a code would be taken for.
func meaningOf(h pairing.Heard) string {
	if h.Step == pairing.Identify {
		return "the code that says who it is"
	}
	code := barcode.Parse([]byte(strings.Trim(string(h.Raw), "\r\n\t\x00\x02\x03")))
	return clean(code.Describe(h.At.Year()))
}

func findingShown(f pairing.Finding) live.Finding {
	out := live.Finding{
		Candidate: f.Candidate.ID, Name: clean(f.Candidate.Name), Driver: f.Candidate.Driver, Socket: f.Candidate.Unnumbered,
		Learned: map[string]string{"aim": "off"}, Answers: map[string]string{},
	}
	if f.AIM {
		out.Learned["aim"] = "on"
	}
	for key, value := range f.Settings {
		out.Learned[key] = clean(fmt.Sprint(value))
	}
	for step, answer := range f.Answers {
		out.Answers[string(step)] = string(answer)
	}
	for _, fault := range f.Faults {
		out.Faults = append(out.Faults, live.PairFault{Name: string(fault.Name), Sentence: fault.Sentence, Remedy: fault.Remedy})
	}
	return out
}
