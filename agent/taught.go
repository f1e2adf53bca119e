package agent

import "time"

// The kinds of event by which barcodes are taught.
const (
	BarcodeTaught    Kind = "barcode.taught"    // TaughtFact
	BarcodeForgotten Kind = "barcode.forgotten" // ForgottenFact
)

// TaughtFact tells that a barcode which the catalogue does not have belongs to an
// item. It outlives every catalogue. The keys are those of the code as it was read,
// so that the fact stays the same however codes are parsed later.
type TaughtFact struct {
	Text     string `json:"text"` // what people see of it; for a code with elements its key
	Key      string `json:"key"`
	OtherKey string `json:"other_key,omitempty"`
	Item     ItemID `json:"item"`
	Pack     int64  `json:"pack"` // base units that one read stands for
}

// ForgottenFact takes a taught barcode back.
type ForgottenFact struct {
	Text string `json:"text"`
}

// Taught is a taught barcode with who taught it, and when.
type Taught struct {
	TaughtFact
	Seq Seq       `json:"seq"`
	At  time.Time `json:"at"`
	By  Actor     `json:"by"`
}

// TaughtView is what can be read of taught barcodes. What the catalogue says of a
// barcode comes first, so nothing that finds items by a barcode looks here alone.
type TaughtView interface {
	// TaughtBarcodes returns all of them, the newest first.
	TaughtBarcodes() ([]Taught, error)
	// TaughtAs finds one by a key of a code, or by its text.
	TaughtAs(key string) (Taught, bool, error)
}

// Meaning says in words what a scan's code means, if it is not plain.
func (s Scan) Meaning() string { return meaningOf(s) }
