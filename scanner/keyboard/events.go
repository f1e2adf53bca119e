package keyboard

import (
	"encoding/binary"
	"math/bits"
	"time"
)

// The event types and codes of Linux that matter here.
const (
	typeSync  = 0
	typeKey   = 1
	typeLight = 17

	syncReport  = 0
	syncDropped = 3
	lightCaps   = 1
)

// Event is one input event as the kernel reports it.
type Event struct {
	At    time.Duration // since the zero of the clock that the device was set to
	Type  uint16
	Code  uint16
	Value int32 // of a key: 0 up, 1 down, 2 repeated
}

// capsLit reports whether the Caps Lock light went on.
func (e Event) capsLit() bool { return e.Type == typeLight && e.Code == lightCaps && e.Value != 0 }

// wordSize is the size of the kernel's long as this program sees it. An event
// begins with two of them, seconds and microseconds; a 32-bit program gets the
// small form also from a 64-bit kernel.
const wordSize = bits.UintSize / 8

func eventSize(word int) int { return 2*word + 8 }

// ParseEvents appends the events in buf to dst. What does not fill an event at
// the end of buf is returned as rest.
func ParseEvents(dst []Event, buf []byte) (events []Event, rest []byte) {
	return parseEvents(dst, buf, wordSize)
}

func parseEvents(dst []Event, buf []byte, word int) (events []Event, rest []byte) {
	size := eventSize(word)
	for ; len(buf) >= size; buf = buf[size:] {
		tail := buf[2*word:]
		dst = append(dst, Event{
			At:    timeOf(buf, word),
			Type:  binary.NativeEndian.Uint16(tail),
			Code:  binary.NativeEndian.Uint16(tail[2:]),
			Value: int32(binary.NativeEndian.Uint32(tail[4:])),
		})
	}
	return dst, buf
}

func timeOf(buf []byte, word int) time.Duration {
	if word == 4 {
		return clockTime(uint64(binary.NativeEndian.Uint32(buf)), uint64(binary.NativeEndian.Uint32(buf[4:])))
	}
	return clockTime(binary.NativeEndian.Uint64(buf), binary.NativeEndian.Uint64(buf[8:]))
}

// clockTime is zero for what no clock shows, so that nothing overflows.
func clockTime(seconds, micros uint64) time.Duration {
	if seconds > 1<<33 || micros >= 1e6 {
		return 0
	}
	return time.Duration(seconds)*time.Second + time.Duration(micros)*time.Microsecond
}

// AppendEvent appends an event in the kernel's form, for whoever plays one.
func AppendEvent(dst []byte, e Event) []byte { return appendEvent(dst, e, wordSize) }

func appendEvent(dst []byte, e Event, word int) []byte {
	seconds, micros := uint64(e.At/time.Second), uint64(e.At%time.Second/time.Microsecond)
	if word == 4 {
		dst = binary.NativeEndian.AppendUint32(dst, uint32(seconds))
		dst = binary.NativeEndian.AppendUint32(dst, uint32(micros))
	} else {
		dst = binary.NativeEndian.AppendUint64(dst, seconds)
		dst = binary.NativeEndian.AppendUint64(dst, micros)
	}
	dst = binary.NativeEndian.AppendUint16(dst, e.Type)
	dst = binary.NativeEndian.AppendUint16(dst, e.Code)
	return binary.NativeEndian.AppendUint32(dst, uint32(e.Value))
}
