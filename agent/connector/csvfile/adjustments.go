package csvfile

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// mode is how the connector writes, as people see it.
const mode = "adjustment file"

// adjustmentColumns are the columns of an adjustment file.
var adjustmentColumns = []string{
	"key", "line", "sku", "variance", "counted", "expected", "on_hand_before", "on_hand_after",
	"cut_off", "reason", "location", "count", "adjustment",
}

// keyForm is what a key may look like: it becomes a file's name.
var keyForm = regexp.MustCompile(`^[0-9A-Za-z-]{8,64}$`)

func fileName(key string) string { return "adjustments-" + key + ".csv" }

// Plan makes the content of an adjustment file.
func (f *folder) Plan(op agent.Operation) (agent.Document, error) {
	if !keyForm.MatchString(op.Key) {
		return agent.Document{}, badKey()
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	_ = w.Write(adjustmentColumns) // a buffer takes everything
	for i, line := range op.Lines {
		if _, problem := parseText("sku", string(line.Item)); problem != nil || line.Item == "" {
			return agent.Document{}, unwritable(fmt.Sprintf("%q cannot be written as the SKU of an article.", printable(string(line.Item))))
		}
		_ = w.Write(record(op, i+1, line))
	}
	w.Flush()
	return agent.Document{Key: op.Key, Body: b.Bytes(), Mode: mode}, nil
}

// record is one line of an adjustment file. Texts are made inert, since people open
// such files with spreadsheets; numbers are ours.
func record(op agent.Operation, number int, line agent.Planned) []string {
	n := func(i int64) string { return strconv.FormatInt(i, 10) }
	text := func(s string) string { return Inert(strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ")) }
	return []string{
		op.Key, n(int64(number)), Inert(string(line.Item)), n(line.Delta), n(line.Counted), n(line.Expected),
		n(line.Observed.OnHand), n(line.Target), line.CutOff.At.UTC().Format(time.RFC3339), text(line.Reason),
		text(string(op.Location)), text(string(op.Count)), text(string(line.Adjustment)),
	}
}

func badKey() *agent.Error { return unwritable("The key of the request cannot be the name of a file.") }

func unwritable(what string) *agent.Error {
	return &agent.Error{Code: "csv.unwritable", Class: agent.Refuse, What: what, Means: "The adjustment cannot be put into a file.", Do: "Give the article a SKU without line breaks and other invisible characters."}
}
