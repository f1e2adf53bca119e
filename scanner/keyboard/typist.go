package keyboard

import (
	"slices"
	"time"
)

// outlet is where text goes, scanner.Inlet for one.
type outlet interface {
	Bytes(chunk []byte, at time.Time)
	Lost(reason string, at time.Time)
}

// together is how far apart characters may be to travel as one chunk. They come one
// by one; only what waited comes in numbers.
const together = 4 * time.Millisecond

const tooSlow = "the computer was too slow to take all the keys of the scanner"

// typist turns the events of one keyboard into chunks of text.
type typist struct {
	strokes Strokes
	decoder *Decoder
	out     outlet
	at      func(time.Duration) time.Time // the time of an event
	pause   time.Duration                 // silence that could end a scan

	chunk      []byte
	began      time.Duration // when the first character of chunk came
	last       time.Duration // when the last stroke came
	scanIsLost bool          // that was said, and nothing could end the scan since
}

// take handles the events of one read.
func (t *typist) take(events []Event) {
	for _, e := range events {
		strokes, lost := t.strokes.Take(e)
		if lost {
			t.decoder.Reset()
			t.scanIsLost = false // what is missing may be the end of one and more
			t.lose(tooSlow, e.At)
		}
		for _, s := range strokes {
			t.stroke(s)
		}
	}
	t.send()
}

func (t *typist) stroke(s Stroke) {
	if s.At-t.last >= t.pause {
		t.scanIsLost = false
	}
	if len(t.chunk) > 0 && s.At-t.began > together {
		t.send()
	}
	t.last = s.At
	before := len(t.chunk)
	text, err := t.decoder.Append(t.chunk, s)
	if err != nil {
		t.lose(err.Error(), s.At)
		return
	}
	t.add(text, before)
}

// endDeadKey takes a dead key after which nothing came for a character.
func (t *typist) endDeadKey() {
	t.add(t.decoder.Flush(t.chunk), len(t.chunk))
	t.send()
}

func (t *typist) add(text []byte, before int) {
	if before == 0 {
		t.began = t.last
	}
	t.chunk = text
	if slices.ContainsFunc(text[before:], func(c byte) bool { return c < ' ' }) {
		t.scanIsLost = false // it may have ended
	}
}

// lose says that the present scan is not whole, once: a scan with five bad keys is
// one lost scan.
func (t *typist) lose(reason string, at time.Duration) {
	t.send()
	if !t.scanIsLost {
		t.out.Lost(reason, t.at(at))
	}
	t.scanIsLost = true
}

func (t *typist) send() {
	if len(t.chunk) > 0 {
		t.out.Bytes(t.chunk, t.at(t.last))
		t.chunk = t.chunk[:0]
	}
}
