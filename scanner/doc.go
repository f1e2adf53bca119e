// Package scanner turns what barcode scanners send into reads, and keeps every
// configured scanner open for as long as the program runs. It knows bytes and
// devices; it does not know what a barcode means, where it is stored or who is
// counting.
//
// # The way of a byte
//
//	driver (owns the port) -> ring -> framer -> Sink.Read -> Verdict -> beep
//
// A Driver opens a Conn. The goroutine that opened it also reads it and closes
// it: nobody else touches the port, except Feedback while the port is open. What
// it reads goes into a ring of RingSize chunks, stamped with the time at which it
// was read. A second goroutine per device takes it out, cuts it into frames and
// hands each one to the Sink, which may take as long as its disk needs. A third
// one tells the scanner to beep, so that a scanner which does not accept bytes
// never stops the reading.
//
// # What is promised
//
//   - Reads of one device arrive one at a time, in order, numbered without gaps.
//   - A scan that was cut off (unplugged, lost input, just opened) is never
//     delivered as if it were whole. It is a Notice.
//   - A scan that may have been delivered twice is marked Repeated, and delivered.
//   - Whatever is thrown away is said: in a State, a Notice or a flag.
//   - A device that vanishes, is busy or may not be opened is tried again until
//     it works, without a person; its State says what is wrong and what to do.
//   - Devices are added, replaced and removed while others read. One that is
//     removed leaves no goroutine, and what it had read whole is delivered.
//   - Supervisor.Run returns after every goroutine it started has ended and after
//     what had been read whole was handed to the Sink.
//
// # What is not promised
//
// That silence means the end of a scan: where a scanner sends no terminator, a
// pause of Framing.Gap ends the frame and the read carries EndedByQuiet. While a
// line is held back or closed nobody listens, and no silence is assumed: a scan
// without a terminator joins what comes next, or is cut off by the end.
package scanner
