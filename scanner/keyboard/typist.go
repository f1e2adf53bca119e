package keyboard

import (
	"bytes"
	"time"
)

// outlet is where text goes, scanner.Inlet for one.
type outlet interface {
	Bytes(chunk []byte, at time.Time)
	Lost(reason string, at time.Time)
}

const (
	// together is how far apart characters may be to travel as one chunk. They
	// come one by one; only what waited comes in numbers.
	together = 4 * time.Millisecond
	// spoilt is for how long a loss is not told again: one scan with five bad
	// keys is one lost scan.
	spoilt = 100 * time.Millisecond
)

const tooSlow = "the computer was too slow to take all the keys of the scanner"

// typist turns the events of one keyboard into chunks of text.
type typist struct {
	strokes Strokes
	decoder *Decoder
	out     outlet
	at      func(time.Duration) time.Time // the time of an event

	chunk      []byte
	began      time.Duration // when the first character of chunk came
	last       time.Duration // when the last one came
	lostAt     time.Duration
	scanIsLost bool
}

// take handles the events of one read.
func (t *typist) take(events []Event) {
	for _, e := range events {
		strokes, lost := t.strokes.Take(e)
		if lost {
			t.decoder.Reset()
			t.lose(tooSlow, e.At)
		}
		for _, s := range strokes {
			t.stroke(s)
		}
	}
	t.send()
}

func (t *typist) stroke(s Stroke) {
	if len(t.chunk) > 0 && s.At-t.began > together {
		t.send()
	}
	before := len(t.chunk)
	text, err := t.decoder.Append(t.chunk, s)
	if err != nil {
		t.lose(err.Error(), s.At)
		return
	}
	t.add(text, before, s.At)
}

// endDeadKey takes a dead key after which nothing came for a character.
func (t *typist) endDeadKey() {
	t.add(t.decoder.Flush(t.chunk), len(t.chunk), t.last)
	t.send()
}

func (t *typist) add(text []byte, before int, at time.Duration) {
	t.last = at
	if before == 0 {
		t.began = at
	}
	t.chunk = text
	if bytes.ContainsAny(text[before:], "\r\n\t") {
		t.scanIsLost = false // the next one is another
	}
}

// lose says that the present scan is not whole.
func (t *typist) lose(reason string, at time.Duration) {
	t.send()
	if !t.scanIsLost || at-t.lostAt > spoilt {
		t.out.Lost(reason, t.at(at))
	}
	t.scanIsLost, t.lostAt = true, at
}

func (t *typist) send() {
	if len(t.chunk) > 0 {
		t.out.Bytes(t.chunk, t.at(t.last))
		t.chunk = t.chunk[:0]
	}
}
