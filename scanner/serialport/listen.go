package serialport

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/bits"
	"path/filepath"
	"strings"
	"time"

	"go.bug.st/serial"

	"github.com/stockhand/stockhand/scanner"
)

// speeds are tried in this order where the speed matters. What a scan at the wrong
// one makes of itself is not readable, and the next scan is heard at the next one.
var speeds = []int{9600, 115200, 19200, 38400}

const (
	// hearingPause is the silence between two scans.
	hearingPause = 150 * time.Millisecond
	// maxHearing bounds what is kept of one scan, in bytes.
	maxHearing = 8192
	// fewestBytes are enough to tell parity from chance.
	fewestBytes = 4
	// forever is how long nothing may be heard.
	forever = time.Hour
)

// listen hears what a port sends, without claiming it for good. A port that a
// program has open, as far as that can be seen, is left alone.
func (t Tree) listen(ctx context.Context, p Port, hear func(scanner.Hearing)) error {
	if user := t.users([]Port{p})[p.Path]; user != "" {
		return busy(p.Path, user, errLocked)
	}
	e := &ear{port: p, hear: hear}
	l, err := openLine(p.Path, e.mode())
	if err != nil {
		return t.explain(p.Path, err)
	}
	defer l.close()
	stop := context.AfterFunc(ctx, l.wake)
	defer stop()
	// What waits was scanned before anybody listened.
	if err := l.port.ResetInputBuffer(); err != nil {
		return t.explain(p.Path, err)
	}
	if err := e.listen(ctx, l); ctx.Err() == nil {
		return lost(p.Path, err)
	}
	return nil
}

// ear collects what comes between two silences.
type ear struct {
	port    Port
	hear    func(scanner.Hearing)
	speed   int // index into speeds
	marks   marks
	raw     []byte
	first   time.Time
	last    time.Time
	damaged bool
}

func (e *ear) mode() *serial.Mode { return &serial.Mode{BaudRate: e.baud(), DataBits: 8} }

func (e *ear) baud() int {
	if e.port.baud > 0 {
		return e.port.baud
	}
	return speeds[e.speed]
}

func (e *ear) listen(ctx context.Context, l *line) error {
	buf := make([]byte, chunkSize)
	for {
		limit := forever
		if len(e.raw) > 0 {
			limit = hearingPause
		}
		n, err := guarded(e.port.Path, func() (int, error) { return l.readFor(ctx, buf, limit) })
		switch {
		case n > 0:
			e.take(buf[:n], time.Now())
		case len(e.raw) > 0:
			if wrong := e.tell(); wrong && !e.port.oneSpeed() {
				e.speed = (e.speed + 1) % len(speeds)
				if setting := l.setMode(e.mode()); err == nil {
					err = setting
				}
			}
		}
		if err != nil {
			return err
		}
	}
}

func (e *ear) take(chunk []byte, at time.Time) {
	if len(e.raw) == 0 {
		e.first = at
	}
	e.last = at
	if marksErrors {
		before, _, damaged := e.marks.take(chunk)
		if !damaged {
			chunk = before
		}
		e.damaged = e.damaged || damaged
	}
	if room := maxHearing - len(e.raw); len(chunk) > room {
		chunk = chunk[:room]
	}
	e.raw = append(e.raw, chunk...)
}

// tell passes on what was heard and reports whether it looks like the wrong speed.
func (e *ear) tell() (wrong bool) {
	meanings := e.meanings()
	wrong = e.damaged || !readable(meanings[0].Raw)
	e.hear(scanner.Hearing{First: e.first, Last: e.last, Lost: e.damaged, Meanings: meanings})
	e.raw, e.damaged = nil, false
	return wrong
}

// meanings are what was heard, under the settings that make it so.
func (e *ear) meanings() []scanner.Meaning {
	settings := map[string]any{}
	if !e.port.anySpeed() {
		settings["baud"] = e.baud()
	}
	plain := scanner.Meaning{Settings: settings, Raw: e.raw}
	text, parity := sevenBits(e.raw)
	if parity == "" {
		return []scanner.Meaning{plain}
	}
	settings = maps.Clone(settings)
	settings["data_bits"], settings["parity"] = 7, parity
	return []scanner.Meaning{{Settings: settings, Raw: text}, plain}
}

// sevenBits reads bytes as seven bits and a parity bit, if that makes text of what
// is none: then it returns the text and the parity.
func sevenBits(raw []byte) (text []byte, parity string) {
	text = bytes.Clone(raw)
	even, odd, mark := true, true, true
	for i, b := range raw {
		isEven := bits.OnesCount8(b)%2 == 0
		even, odd, mark = even && isEven, odd && !isEven, mark && b >= 0x80
		text[i] = b & 0x7F
	}
	switch {
	case len(raw) < fewestBytes || readable(raw) || !readable(text):
		return nil, ""
	case even:
		return text, "even"
	case odd:
		return text, "odd"
	case mark:
		return text, "mark"
	}
	return nil, ""
}

// oneSpeed reports whether there is no other speed to try.
func (p Port) oneSpeed() bool { return p.baud > 0 || p.anySpeed() }

// anySpeed reports whether the port takes any speed for right: a USB device that is
// no cable for something else.
func (p Port) anySpeed() bool { return strings.HasPrefix(filepath.Base(p.Path), "ttyACM") }

// lost explains why reading ended. Whatever a system says of a port that was open,
// access denied included, it means that the port was taken away.
func lost(path string, err error) error {
	if known := faultIn(err); known != nil {
		return known
	}
	return scanner.Gone(fmt.Errorf("read %s: %w", path, err))
}
