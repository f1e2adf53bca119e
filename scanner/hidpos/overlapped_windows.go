package hidpos

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// overlapped is an open scanner on Windows. A read that has begun stays under
// way until a report comes, whatever read returns meanwhile.
type overlapped struct {
	*parsed
	free    func() // what was made of the report descriptor
	handle  windows.Handle
	stop    windows.Handle // an event: reading has to end
	ending  sync.Mutex     // guards closed and, against it, stop
	closed  bool
	reading windows.Overlapped
	report  []byte // of the read under way
	pending bool
	writing windows.Overlapped
}

// newOverlapped takes over the handle and what was made of the descriptor, unless
// it fails.
func newOverlapped(h windows.Handle, p *preparsed, free func()) (_ *overlapped, err error) {
	o := &overlapped{parsed: newParsed(p, int(p.caps.inputBytes)), free: func() {}, handle: h}
	o.report = make([]byte, p.caps.inputBytes)
	for _, event := range []*windows.Handle{&o.stop, &o.reading.HEvent, &o.writing.HEvent} {
		if *event, err = windows.CreateEvent(nil, 1, 0, nil); err != nil {
			o.release()
			return nil, err
		}
	}
	o.free = free
	return o, nil
}

func (o *overlapped) read(buf []byte, until time.Time) (int, error) {
	if err := o.begin(); err != nil {
		return 0, err
	}
	wait := uint32(windows.INFINITE)
	if !until.IsZero() {
		wait = uint32(max(0, time.Until(until).Milliseconds()+1))
	}
	event, err := windows.WaitForMultipleObjects([]windows.Handle{o.reading.HEvent, o.stop}, false, wait)
	switch {
	case err != nil:
		return 0, err
	case event != windows.WAIT_OBJECT_0: // stopped, or too late
		return 0, os.ErrDeadlineExceeded
	}
	var n uint32
	o.pending = false
	if err := windows.GetOverlappedResult(o.handle, &o.reading, &n, false); err != nil {
		return 0, err
	}
	return copy(buf, o.report[:n]), nil
}

// gap is not known here. Of the hundreds that Windows keeps, none has to go.
func (o *overlapped) gap() bool { return false }

// begin starts a read unless one is under way.
func (o *overlapped) begin() error {
	if o.pending {
		return nil
	}
	if err := windows.ResetEvent(o.reading.HEvent); err != nil {
		return err
	}
	err := windows.ReadFile(o.handle, o.report, nil, &o.reading)
	if err != nil && !errors.Is(err, windows.ERROR_IO_PENDING) {
		return err
	}
	o.pending = true
	return nil
}

// wake may come after close, when the event's handle may be somebody else's.
func (o *overlapped) wake() {
	o.ending.Lock()
	defer o.ending.Unlock()
	if !o.closed {
		_ = windows.SetEvent(o.stop)
	}
}

func (o *overlapped) write(ctx context.Context, report []byte) error {
	if err := windows.ResetEvent(o.writing.HEvent); err != nil {
		return err
	}
	err := windows.WriteFile(o.handle, report, nil, &o.writing)
	if err != nil && !errors.Is(err, windows.ERROR_IO_PENDING) {
		return err
	}
	aborted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(aborted)
		_ = windows.CancelIoEx(o.handle, &o.writing)
	})
	var n uint32
	err = windows.GetOverlappedResult(o.handle, &o.writing, &n, true)
	if !stop() {
		<-aborted
	}
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func (o *overlapped) setFeature(report []byte) error {
	r, _, err := procSetFeature.Call(uintptr(o.handle), uintptr(unsafe.Pointer(&report[0])), uintptr(len(report)))
	switch {
	case byte(r) != 0:
		return nil
	case errors.Is(err, windows.ERROR_DEVICE_NOT_CONNECTED), errors.Is(err, windows.ERROR_INVALID_HANDLE):
		return err
	}
	return errRefused
}

func (o *overlapped) close() error {
	if o.pending {
		_ = windows.CancelIoEx(o.handle, &o.reading)
		var n uint32
		// The system writes to the buffer until this returns.
		_ = windows.GetOverlappedResult(o.handle, &o.reading, &n, true)
	}
	o.release()
	return windows.CloseHandle(o.handle)
}

func (o *overlapped) release() {
	o.ending.Lock()
	defer o.ending.Unlock()
	o.closed = true
	o.free()
	for _, event := range []windows.Handle{o.stop, o.reading.HEvent, o.writing.HEvent} {
		if event != 0 {
			windows.CloseHandle(event)
		}
	}
}
