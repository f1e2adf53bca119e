package serialport

import (
	"strings"
	"testing"

	"go.bug.st/serial"

	"github.com/stockhand/stockhand/scanner"
)

var registry = scanner.Registry{"serial": Decode}

func TestSettingsBecomeADriver(t *testing.T) {
	d, err := registry.Device(map[string]any{
		"driver": "serial", "vid": "0C2E", "pid": "0b6a", "serial": "19A2",
		"baud": int64(115200), "parity": "even", "data_bits": int64(7), "stop_bits": int64(2), "feedback": "bel",
	})
	if err != nil {
		t.Fatal(err)
	}
	driver := d.Driver.(*Driver)
	want := serial.Mode{BaudRate: 115200, DataBits: 7, Parity: serial.EvenParity, StopBits: serial.TwoStopBits}
	if d.ID != "serial:usb-0c2e-0b6a-19A2" || driver.Mode != want || string(driver.Feedback.Stored) != "\x07" {
		t.Fatalf("%+v %+v", d, driver)
	}
}

func TestWrongSettingsAreExplained(t *testing.T) {
	for want, section := range map[string]map[string]any{
		`say which scanner it is`:      {},
		`not both`:                     {"port": "COM3", "vid": "0c2e", "pid": "0b6a"},
		`four hexadecimal digits each`: {"vid": "c2e", "pid": "0b6a"},
		`parity "evn" is not known`:    {"port": "COM3", "parity": "evn"},
		`stop_bits = 3`:                {"port": "COM3", "stop_bits": int64(3)},
		`data_bits = 9`:                {"port": "COM3", "data_bits": int64(9)},
		`baud = 0`:                     {"port": "COM3", "baud": int64(0)},
	} {
		section["driver"] = "serial"
		if _, err := registry.Device(section); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %s", section, err, want)
		}
	}
}
