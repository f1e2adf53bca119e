package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/stockhand/stockhand/scanner/usbtest"
)

// The events of /dev/uhid and where their parts lie, as in linux/uhid.h.
const (
	uhidOutput  = 6
	uhidCreate2 = 11
	uhidInput2  = 12

	uhidData  = 4096 // the longest report and the longest descriptor
	uhidNames = 128 + 64 + 64
	busUSB    = 3
)

// uhid is a HID POS scanner that is no USB device: the kernel is given its
// reports. A scanner on Bluetooth looks like that.
type uhid struct {
	host *host
	spec usbtest.Gadget

	mu    sync.Mutex
	node  *os.File
	ended sync.WaitGroup
}

func (u *uhid) plug(int) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	node, err := os.OpenFile("/dev/uhid", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if _, err := node.Write(u.create()); err != nil {
		node.Close()
		return err
	}
	u.node = node
	u.ended.Go(func() { u.tellOutput(node) })
	return nil
}

func (u *uhid) create() []byte {
	event := make([]byte, 4+uhidNames+2+2+4*4+uhidData)
	binary.LittleEndian.PutUint32(event, uhidCreate2)
	copy(event[4:], u.spec.Title)
	copy(event[4+128+64:], u.spec.Serial)
	rest := event[4+uhidNames:]
	binary.LittleEndian.PutUint16(rest, uint16(len(usbtest.POSDescriptor)))
	binary.LittleEndian.PutUint16(rest[2:], busUSB)
	binary.LittleEndian.PutUint32(rest[4:], uint32(u.spec.Vendor))
	binary.LittleEndian.PutUint32(rest[8:], uint32(u.spec.Product))
	copy(rest[20:], usbtest.POSDescriptor)
	return event
}

func (u *uhid) unplug() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	err := u.node.Close() // the device goes with it
	u.ended.Wait()
	return err
}

func (u *uhid) remove() error { return nil }

func (u *uhid) send(s usbtest.Sending) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.node == nil {
		return errors.New("it is not plugged in")
	}
	for _, report := range s.Chunks {
		event := make([]byte, 6, 6+len(report))
		binary.LittleEndian.PutUint32(event, uhidInput2)
		binary.LittleEndian.PutUint16(event[4:], uint16(len(report)))
		if _, err := u.node.Write(append(event, report...)); err != nil {
			return fmt.Errorf("send a report: %w", err)
		}
	}
	return nil
}

func (u *uhid) tellOutput(node *os.File) {
	event := make([]byte, 4+uhidData+1024)
	for {
		n, err := node.Read(event)
		if err != nil {
			return // unplugged
		}
		if n < 4+uhidData+2 || binary.LittleEndian.Uint32(event) != uhidOutput {
			continue
		}
		length := binary.LittleEndian.Uint16(event[4+uhidData:])
		u.host.say(usbtest.Line{Output: &usbtest.Output{From: u.spec.Name, Bytes: event[4 : 4+length]}})
	}
}
