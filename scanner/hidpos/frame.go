package hidpos

import (
	"bytes"

	"github.com/stockhand/stockhand/scanner"
)

const (
	nul = 0x00
	stx = 0x02
	// answerEnd is the identifier under which a scanner confirms a command of
	// its maker, answerText the one under which it sends the text of an answer.
	answerEnd  = "]Z6"
	answerText = "]X0"
)

// frame makes the scan's frame: the AIM identifier, as a scanner on a serial
// port would send it, and the text without what is not kept of those either,
// prefix STX, terminators and NULs. It is made in buf, which is returned for the
// next one. A scan without text has no frame.
func (s *scan) frame(buf []byte) (f scanner.Frame, kept []byte, ok bool) {
	buf = append(buf[:0], s.identifier()...)
	head := len(buf)
	buf = appendText(buf, s.data)
	raw := buf
	if head > 0 && bytes.HasPrefix(buf[head:], buf[:head]) {
		raw = buf[head:] // the scanner is set to send it in the data too
	}
	if len(raw) == head {
		return scanner.Frame{}, buf, false
	}
	f = scanner.Frame{Raw: raw, Length: len(raw), First: s.first, Last: s.last}
	if s.length > len(s.data) {
		f.Length, f.Flags = head+s.length, scanner.TooLong
	}
	return f, buf, true
}

// identifier returns the AIM symbology identifier, "]", a letter and a
// hexadecimal digit, or nothing if what the scanner sent is none. There are
// scanners that put a letter of their own in the last place.
func (s *scan) identifier() []byte {
	letter, modifier := s.aim[1]|0x20, s.aim[2]
	known := modifier >= '0' && modifier <= '9' || modifier >= 'A' && modifier <= 'F'
	if s.aim[0] != ']' || letter < 'a' || letter > 'z' || !known {
		return nil
	}
	return s.aim[:]
}

func appendText(buf, data []byte) []byte {
	head := len(buf)
	for _, b := range data {
		if b != nul && !(b == stx && len(buf) == head) {
			buf = append(buf, b)
		}
	}
	return buf[:head+len(bytes.TrimRight(buf[head:], scanner.AnySuffix))]
}

// isAnswer reports whether a frame is what the scanner answers to a command of
// its maker. The texts of answers come under an identifier that rare barcodes
// have too, but are lines with names and values, which those cannot hold.
func isAnswer(raw []byte) bool {
	id, text := string(raw[:min(3, len(raw))]), raw[min(3, len(raw)):]
	return id == answerEnd || id == answerText && bytes.ContainsAny(text, "\r\n:")
}

// beeps are the usages for a verdict, the fitting one first.
func beepsFor(v scanner.Verdict) []usage {
	switch v {
	case scanner.Stored:
		return []usage{usageGoodBeep}
	case scanner.Unknown:
		return []usage{usageNotOnFile, usageErrorBeep}
	case scanner.Refused:
		return []usage{usageErrorBeep, usageNotOnFile}
	}
	return nil
}
