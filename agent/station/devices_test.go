package station_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

func handheld(id, name string) agent.PairedDevice {
	return agent.PairedDevice{Device: agent.DeviceID(id), Name: name, Settings: json.RawMessage(`{"driver":"serial"}`)}
}

func TestAPairedScannerIsRememberedUntilItIsUnpaired(t *testing.T) {
	s := openShop(t)
	for _, d := range []agent.PairedDevice{handheld("serial:1", " Till 1 "), handheld("serial:2", "Till 2"), handheld("serial:1", "Front till")} {
		if _, err := s.PairDevice(t.Context(), boss, "", d); err != nil {
			t.Fatal(err)
		}
	}
	paired, err := s.PairedDevices(t.Context())
	if err != nil || len(paired) != 2 || paired[0].Name != "Front till" || paired[1].Name != "Till 2" {
		t.Errorf("paired are %+v %v, want the renamed one and the other", paired, err)
	}
	if gone, err := s.UnpairDevice(t.Context(), boss, "", "serial:1"); err != nil || gone.Name != "Front till" {
		t.Errorf("unpaired %+v %v", gone, err)
	}
	if paired, _ := s.PairedDevices(t.Context()); len(paired) != 1 {
		t.Errorf("after that %+v are paired", paired)
	}
	if _, err := s.UnpairDevice(t.Context(), boss, "", "serial:1"); !errors.Is(err, &agent.Error{Code: "no_device"}) {
		t.Errorf("unpairing again: %v", err)
	}
}

func TestAScannerNeedsANameOfItsOwn(t *testing.T) {
	s := openShop(t)
	if _, err := s.PairDevice(t.Context(), boss, "", handheld("serial:1", "Till")); err != nil {
		t.Fatal(err)
	}
	for name, code := range map[string]string{"": "no_name", "  ": "no_name", "TILL": "name_taken", "a\x07b": "bad_name", strings.Repeat("x", 61): "bad_name"} {
		if _, err := s.PairDevice(t.Context(), boss, "", handheld("serial:2", name)); !errors.Is(err, &agent.Error{Code: code}) {
			t.Errorf("%q: %v, want %s", name, err, code)
		}
	}
}

func TestACounterPairsNothing(t *testing.T) {
	s := openShop(t)
	if _, err := s.PairDevice(t.Context(), clerk, "", handheld("serial:1", "Till")); !errors.Is(err, &agent.Error{Code: "forbidden"}) {
		t.Errorf("paired by a counter: %v", err)
	}
	if _, err := s.UnpairDevice(t.Context(), clerk, "", "serial:1"); !errors.Is(err, &agent.Error{Code: "forbidden"}) {
		t.Errorf("unpaired by a counter: %v", err)
	}
}

// A scanner without a number that is in another socket now is listed there under
// another identity: whoever asks for that one to be removed is told what is paired,
// and may say what it is called.
func TestAPairedScannerIsRemovedByItsNameToo(t *testing.T) {
	s := openShop(t)
	for id, name := range map[agent.DeviceID]string{"serial:usb-1a86-7523@1-1": "Blue one", "serial:2": "Red one"} {
		if _, err := s.PairDevice(t.Context(), boss, "", agent.PairedDevice{Device: id, Name: name, Settings: []byte(`{}`)}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.UnpairDevice(t.Context(), boss, "", "serial:usb-1a86-7523@1-2")
	if e := agent.AsError(err); e == nil || e.Code != "no_device" || !strings.Contains(e.What, `serial:usb-1a86-7523@1-1 ("Blue one")`) {
		t.Errorf("%v", err)
	}
	if gone, err := s.UnpairDevice(t.Context(), boss, "", "Blue one"); err != nil || gone.Device != "serial:usb-1a86-7523@1-1" {
		t.Errorf("%+v, %v", gone, err)
	}
	if left, err := s.PairedDevices(t.Context()); err != nil || len(left) != 1 {
		t.Errorf("%+v, %v", left, err)
	}
}
