package keyboard

import "github.com/stockhand/stockhand/scanner"

// otherWays tells how to scan where a keyboard cannot be read. The names are
// those in the makers' manuals.
const otherWays = "Turn it into a COM port or a HID POS device: scan the setup barcode from its manual " +
	`(Honeywell: "USB Serial" or "USB HID POS"; Zebra: "USB CDC Host" or "HID POS"; Datalogic: "USB-COM"), ` +
	`then pair it anew. Until then, open the page in the browser on this computer and scan there.`

// notOn explains why a service cannot read a keyboard on a system and what works.
func notOn(system string) *scanner.Fault {
	name, known := map[string]string{"windows": "Windows", "darwin": "macOS"}[system]
	if !known {
		name = "This system"
	}
	return &scanner.Fault{
		State:    scanner.WrongMode,
		Sentence: "The scanner acts as a keyboard. " + name + " lets no service read keyboards.",
		Remedy:   otherWays,
	}
}
