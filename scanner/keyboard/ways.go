package keyboard

// otherWays tells how to scan where a keyboard cannot be read. The names are
// those in the makers' manuals.
const otherWays = "Turn it into a COM port or a HID POS device: scan the setup barcode from its manual " +
	`(Honeywell: "USB Serial" or "USB HID POS"; Zebra: "USB CDC Host" or "HID POS"; Datalogic: "USB-COM"), ` +
	`then pair it anew. Until then, open the page in the browser on this computer and scan there.`
