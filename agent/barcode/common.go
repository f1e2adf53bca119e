package barcode

// Common is what the codes of equal goods have in common, and what people call them
// by: the text, but the key where the text also holds what differs from piece to
// piece, such as a lot, a serial number or a weight.
func (c Code) Common() string {
	if len(c.Elements()) > 0 || c.Amount.Of != "" && c.Kind == Article {
		return c.Key
	}
	return c.Text
}
