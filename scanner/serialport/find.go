package serialport

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/scanner"
)

// Find lists the serial ports that a scanner may be on, whether or not one is. It
// opens none. Ports of known modems are left out.
func Find(ctx context.Context) ([]scanner.Candidate, error) { return System.Find(ctx) }

// Find is Find in a tree.
func (t Tree) Find(ctx context.Context) ([]scanner.Candidate, error) {
	ports, err := t.List(ctx)
	if err != nil {
		return nil, err
	}
	ports = slices.DeleteFunc(ports, Port.isModem)
	users := t.users(ports)
	var found []scanner.Candidate
	for _, p := range ports {
		found = append(found, t.candidate(p, p.lasting(ports), users[p.Path]))
	}
	return found, nil
}

func (t Tree) candidate(p Port, where Where, user string) scanner.Candidate {
	id := where.Identity()
	return scanner.Candidate{
		ID: id, Driver: "serial", Name: p.name(), Physical: p.USB.Socket,
		Settings: where.settings(), Likely: p.isLikely(), Fault: t.fault(p, user),
		Unnumbered: p.USB.Vendor != "" && p.USB.Serial == "",
		Listen: func(ctx context.Context, hear func(scanner.Hearing)) error {
			return t.listen(ctx, p, func(h scanner.Hearing) {
				h.Candidate = id
				hear(h)
			})
		},
	}
}

// At is a port that somebody named, found or not. Where baud is not 0 it is heard
// at that speed only.
func At(path string, baud int) scanner.Candidate {
	return System.candidate(Port{Path: path, baud: baud}, Where{Path: path}, "")
}

// fault is why a port cannot be used as things are, as far as that is seen without
// opening it.
func (t Tree) fault(p Port, user string) *scanner.Fault {
	switch {
	case user != "":
		return busy(p.Path, user, errLocked)
	case p.wireless:
		return &scanner.Fault{
			State:    scanner.WrongMode,
			Sentence: p.Path + " is a Bluetooth connection: it is not opened just to see who answers.",
			Remedy:   fmt.Sprintf(`If the scanner is paired with this computer, name the port in the configuration: port = "%s".`, p.Path),
		}
	}
	return t.mayOpen(p.Path)
}

// lasting is the best way to find a port again: by its number if no other has the
// same, else by its socket, else by a name.
func (p Port) lasting(all []Port) Where {
	alone := func(w Where) bool {
		n := 0
		for _, o := range all {
			if w.fits(o.USB) {
				n++
			}
		}
		return n == 1
	}
	if w := p.Where(); w.Path != "" || alone(w) {
		return w
	}
	bySocket := Where{USB: USB{Vendor: p.USB.Vendor, Product: p.USB.Product, Socket: p.USB.Socket}}
	switch {
	case p.USB.Socket != "" && alone(bySocket):
		return bySocket
	case p.ByID != "":
		return Where{Path: p.ByID}
	}
	return Where{Path: p.Path}
}

// settings are the keys of the [[scanner]] section that find a port.
func (w Where) settings() map[string]any {
	set := map[string]any{}
	for key, value := range map[string]string{
		"port": w.Path, "vid": w.USB.Vendor, "pid": w.USB.Product, "serial": w.USB.Serial, "socket": w.USB.Socket,
	} {
		if value != "" {
			set[key] = value
		}
	}
	return set
}

// name is what the device calls itself, or what the port is.
func (p Port) name() string {
	maker, product := strings.TrimSpace(p.Manufacturer), strings.TrimSpace(p.ProductName)
	switch {
	case product == "" && maker == "" && p.wireless:
		return "Bluetooth serial port " + filepath.Base(p.Path)
	case product == "" && maker == "":
		return "Serial port " + filepath.Base(p.Path)
	case strings.HasPrefix(strings.ToLower(product), strings.ToLower(maker)):
		return product
	}
	return strings.TrimSpace(maker + " " + product)
}

// makers of barcode scanners, by USB vendor id: Honeywell and Metrologic, Youjie,
// Zebra and Symbol, Datalogic and PSC.
var makers = []string{"0c2e", "23d0", "05e0", "05f9"}

var soundsLikeScanner = regexp.MustCompile(`(?i)scan|bar ?code|imager`)

func (p Port) isLikely() bool {
	return slices.Contains(makers, p.USB.Vendor) || soundsLikeScanner.MatchString(p.ProductName)
}

// modems are makers of nothing but modems and receivers of position: Huawei, ZTE,
// Sierra, Quectel, Telit, u-blox, SIMCom, Option, Fibocom, Gemalto, Ericsson,
// Novatel. Their ports answer to commands; a scanner is not among them.
var modems = []string{"12d1", "19d2", "1199", "2c7c", "1bc7", "1546", "1e0e", "0af0", "2cb7", "1e2d", "0bdb", "1410"}

// modemDrivers are the parts of Linux that drive modems and nothing else.
var modemDrivers = []string{"option", "option1", "sierra", "qcserial", "hso"}

func (p Port) isModem() bool {
	return slices.Contains(modems, p.USB.Vendor) || slices.Contains(modemDrivers, p.driver)
}
