package symbol

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/datamatrix"
	"github.com/boombuler/barcode/ean"
	"github.com/boombuler/barcode/qr"
)

// The symbologies that can be drawn.
const (
	Code128       = "code-128"
	GS1128        = "gs1-128"
	GS1DataMatrix = "gs1-datamatrix"
	QR            = "qr"
	EAN13         = "ean-13"
	EAN8          = "ean-8"
	UPCA          = "upc-a"
	UPCE          = "upc-e"
)

// Symbol is a drawn code.
type Symbol struct {
	// Rows are the modules, "1" dark and "0" light, without the quiet zone. A
	// linear code has one row.
	Rows []string `json:"rows"`
	// Quiet is how many light modules must surround it: on its left and right if
	// it is linear, on all sides otherwise.
	Quiet int `json:"quiet"`
}

// gs stands for FNC1 between GS1 elements.
const gs = "\x1d"

// Draw draws a text. In GS1 symbologies the text is the element string without
// the leading FNC1, and 0x1D stands for FNC1 between elements.
func Draw(symbology, text string) (Symbol, error) {
	code, quiet, err := encode(symbology, text)
	if err != nil {
		return Symbol{}, fmt.Errorf("draw %q as %s: %w", text, symbology, err)
	}
	if code == nil {
		row, err := upcE(text)
		if err != nil {
			return Symbol{}, fmt.Errorf("draw %q as %s: %w", text, symbology, err)
		}
		return Symbol{Rows: []string{row}, Quiet: quiet}, nil
	}
	return Symbol{Rows: rows(code), Quiet: quiet}, nil
}

// encode has the library encode a text. It returns no code for UPC-E, which the
// library does not know. The quiet zones are those of the GS1 General
// Specifications, section 5, and of ISO/IEC 18004 for QR.
func encode(symbology, text string) (code barcode.Barcode, quiet int, err error) {
	switch symbology {
	case Code128:
		code, err = code128.Encode(text)
		return code, 10, err
	case GS1128:
		fnc1 := string(code128.FNC1)
		code, err = code128.Encode(fnc1 + strings.ReplaceAll(text, gs, fnc1))
		return code, 10, err
	case GS1DataMatrix:
		fnc1 := string([]byte{datamatrix.FNC1})
		code, err = datamatrix.Encode(fnc1 + strings.ReplaceAll(text, gs, fnc1))
		return code, 1, err
	case QR:
		code, err = qr.Encode(text, qr.M, qr.Auto)
		return code, 4, err
	case EAN13, EAN8:
		code, err = ean.Encode(text)
		return code, 11, err
	case UPCA: // the bars of the EAN-13 with a leading zero
		code, err = ean.Encode("0" + text)
		return code, 11, err
	case UPCE:
		return nil, 9, nil
	}
	return nil, 0, fmt.Errorf("there is no such symbology")
}

// rows spells the modules of a code; all rows of a linear one are alike.
func rows(code barcode.Barcode) []string {
	size := code.Bounds().Size()
	if code.Metadata().Dimensions == 1 {
		size.Y = 1
	}
	out := make([]string, size.Y)
	for y := range out {
		var row strings.Builder
		for x := range size.X {
			module := byte('0')
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				module = '1'
			}
			row.WriteByte(module)
		}
		out[y] = row.String()
	}
	return out
}
