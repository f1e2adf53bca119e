package demo

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
)

func (w *world) data() string     { return filepath.Join(w.dir, "data") }
func (w *world) database() string { return filepath.Join(w.data(), "queue.db") }

// writeSecrets writes the token of the simulated shop where the agent looks for
// it.
func (w *world) writeSecrets() error {
	folder := filepath.Join(w.dir, "secrets")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "shopify.token"), []byte(token), 0o600)
}

// teach gives the agent its catalogue as a new shop would: the items from the
// shop's system, then a file that says in which bins they lie.
func (w *world) teach(ctx context.Context) error {
	if _, err := w.ask(ctx, local.Call{Op: "catalog.sync"}); err != nil {
		return fmt.Errorf("read the catalogue from the shop: %w", err)
	}
	bins, err := w.bins()
	if err != nil {
		return err
	}
	path := filepath.Join(w.dir, "bins.csv")
	if err := os.WriteFile(path, bins, 0o600); err != nil {
		return err
	}
	if _, err := w.ask(ctx, local.Call{Op: "catalog.import", Args: map[string]any{"source": path}, Body: bytes.NewReader(bins)}); err != nil {
		return fmt.Errorf("import the bins: %w", err)
	}
	return nil
}

// bins is the file that says where the goods lie. Those of one zone come first:
// their lines say in which zone a bin is.
func (w *world) bins() ([]byte, error) {
	var one, several [][]string
	for _, g := range w.goods {
		bins := make([]string, len(g.Spots))
		for i, s := range g.Spots {
			bins[i] = s.Bin
		}
		if len(bins) == 1 {
			one = append(one, []string{g.SKU, bins[0], g.Spots[0].Zone})
		} else {
			several = append(several, []string{g.SKU, strings.Join(bins, "|"), ""})
		}
	}
	var text bytes.Buffer
	file := csv.NewWriter(&text)
	err := file.WriteAll(slices.Concat([][]string{{"sku", "bin", "zone"}}, one, several))
	return text.Bytes(), err
}

// ask asks the agent over its local socket, and waits until it is there.
func (w *world) ask(ctx context.Context, call local.Call) ([]byte, error) {
	for {
		answer, err := local.Do(ctx, w.data(), call)
		if err == nil || !passing(err) {
			return answer, err
		}
		if err := sleep(ctx, 30*time.Millisecond); err != nil {
			return nil, err
		}
	}
}

// passing reports whether an error goes away by itself.
func passing(err error) bool {
	var e *agent.Error
	return errors.Is(err, local.ErrNoAgent) || !errors.As(err, &e) || e.Class == agent.Retry
}
