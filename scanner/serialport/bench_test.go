//go:build linux

package serialport

import (
	"context"
	"testing"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/scannertest"
)

// arrivals tells when a read has reached the store.
type arrivals struct {
	*scannertest.Log
	read chan struct{}
}

func (a arrivals) Read(context.Context, scanner.Read) scanner.Verdict {
	a.read <- struct{}{}
	return scanner.None
}

// BenchmarkScanToSink is the time from the scanner's write to the store's turn,
// one scan at a time, against a pty that is read with nothing in between.
func BenchmarkScanToSink(b *testing.B) {
	c := newCable(b)
	sink := arrivals{scannertest.NewLog(), make(chan struct{}, 1)}
	scannertest.Start(b, sink, c.device())
	sink.AwaitState(b, scanner.Reading)
	for b.Loop() {
		c.send("4006381333931\r")
		<-sink.read
	}
}

// BenchmarkBarePort is the same port opened by this driver and read directly.
func BenchmarkBarePort(b *testing.B) {
	c := newCable(b)
	l, err := openLine(c.path, &c.device().Driver.(*Driver).Mode)
	if err != nil {
		b.Fatal(err)
	}
	read, ended := make(chan struct{}, 1), make(chan struct{})
	go func() {
		defer close(ended)
		buf := make([]byte, chunkSize)
		for {
			if _, err := l.port.Read(buf); err != nil {
				return
			}
			read <- struct{}{}
		}
	}()
	b.Cleanup(func() { c.unplug(); <-ended; l.close() })
	for b.Loop() {
		c.send("4006381333931\r")
		<-read
	}
}
