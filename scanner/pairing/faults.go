package pairing

import "slices"

// FaultName names something that is wrong with how a scanner is set up.
type FaultName string

// The faults.
const (
	NoSuffix      FaultName = "no-suffix"
	WrongLayout   FaultName = "wrong-layout"
	CapsLock      FaultName = "caps"
	LostSeparator FaultName = "lost-separator"
	TwoInterfaces FaultName = "two-interfaces"
	DoubleReads   FaultName = "double-reads"
	InputLost     FaultName = "input-lost"
	OddPrefix     FaultName = "odd-prefix"
)

// digitsFault is the fault of a code of digits that arrives shortened.
func digitsFault(s Step) FaultName { return FaultName("shortened-" + string(s)) }

// Fault is a FaultName in words.
type Fault struct {
	Name     FaultName `json:"name"`
	Sentence string    `json:"sentence"` // what was seen and what it leads to
	Remedy   string    `json:"remedy"`
}

var faults = []Fault{
	{
		NoSuffix, "The scanner sends nothing after a code, so only silence tells where it ends: each scan waits a moment, and two quick ones can run together.",
		`Scan "add CR suffix" (also "add an Enter key") in the scanner's manual.`,
	},
	{
		WrongLayout, "The scanner types for a keyboard that is not known here: letters and signs arrive as others, and codes that are not digits would be wrong.",
		`Scan "keyboard country: USA" in the scanner's manual, or set it to USB serial or HID POS, where no layout matters.`,
	},
	{
		CapsLock, "Capitals and small letters arrive the wrong way round: the scanner expects Caps Lock to be on, or turns cases by itself.",
		`Scan "Caps Lock off" and "case: as is" in the scanner's manual. Until then it is corrected here.`,
	},
	{
		LostSeparator, "The group separator inside GS1 codes does not arrive, so a lot or serial number of unknown length cannot be told from what follows it.",
		`Switch on "transmit function codes" or "send GS as ASCII 29" in the scanner's manual, or set it to USB serial or HID POS.`,
	},
	{
		TwoInterfaces, "The scanner sends each code twice, over two interfaces: one of them is used, and what comes by the other is marked and not counted.",
		`Set the scanner to one interface by its setup code: HID POS is the best one.`,
	},
	{
		DoubleReads, "The scanner sent one code twice in a row, faster than anybody can pull the trigger.",
		`Scan "reread delay: long" (also "timeout between decodes, same symbol") in the scanner's manual. Such doubles are marked and not counted.`,
	},
	{
		InputLost, "A part of what the scanner sent was lost on the way.",
		"Scan the code again. If it goes on, use another socket without a hub.",
	},
	{
		OddPrefix, "The scanner sends bytes before each code that are no text. They cannot be taken off, so no code would be recognised.",
		`Scan "clear all prefixes" in the scanner's manual.`,
	},
	{
		digitsFault(UPCE), "The scanner cuts digits off UPC-E codes, so that different items can look alike.",
		`Scan "UPC-E: transmit check digit" and "transmit number system", or "expand UPC-E", in the scanner's manual.`,
	},
	{
		digitsFault(UPCA), "The scanner cuts digits off UPC-A codes, so that different items can look alike.",
		`Scan "UPC-A: transmit check digit" and "transmit number system" in the scanner's manual.`,
	},
	{
		digitsFault(EAN8), "The scanner cuts the check digit off EAN-8 codes, so that different items can look alike.",
		`Scan "EAN-8: transmit check digit" in the scanner's manual.`,
	},
}

func (f *Finding) add(name FaultName) {
	if slices.ContainsFunc(f.Faults, func(o Fault) bool { return o.Name == name }) {
		return
	}
	if i := slices.IndexFunc(faults, func(o Fault) bool { return o.Name == name }); i >= 0 {
		f.Faults = append(f.Faults, faults[i])
	}
}

func (f *Finding) remove(name FaultName) {
	f.Faults = slices.DeleteFunc(f.Faults, func(o Fault) bool { return o.Name == name })
}
