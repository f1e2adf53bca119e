package queue

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// stored is a closed database with a few thousand rows: two checkpoints and a
// tail.
func stored(t *testing.T) (path string) {
	return closed(t, func(q *Queue) {
		openCount(t, q, 1)
		for from := 0; from < 2500; from += 500 {
			put(t, q, scans(aisle(from, 500)...))
		}
	})
}

// past makes changes past the program, which takes more than one mistake.
func past(t *testing.T, path string, statements ...string) {
	t.Helper()
	change(t, path, append([]string{
		"PRAGMA ignore_check_constraints = ON", "DROP TRIGGER scan_never_changes", "DROP TRIGGER scan_stays",
		"DROP TRIGGER event_never_changes", "DROP TRIGGER event_stays", "DROP TRIGGER symbol_never_changes", "DROP TRIGGER context_never_changes",
	}, statements...)...)
}

// verdicts opens a database for reading and says what is found wrong.
func verdicts(t *testing.T, path string) (verified, replayed Report) {
	t.Helper()
	q, err := OpenReadOnly(t.Context(), path, Options{AllowFUSE: true})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	if verified, err = q.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	if replayed, err = q.Replay(t.Context()); err != nil { // of a damaged file it may not be possible
		replayed.add("file", agent.AsError(err).What, "It cannot be read.")
	}
	for _, r := range []Report{verified, replayed} {
		for _, f := range r.Findings {
			if f.Severity != agent.Broken || f.What == "" || f.Means == "" || f.Do == "" || f.Code == "" {
				t.Errorf("a finding that does not help: %+v", f)
			}
		}
	}
	return verified, replayed
}

func said(r Report) string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, f.What)
	}
	return strings.Join(all, " | ")
}

func TestVerifyFindsWhatWasChanged(t *testing.T) {
	for name, c := range map[string]struct {
		change string
		says   string
	}{
		"a quantity":          {"UPDATE scan SET quantity = 2 WHERE seq = 1500", "between rows 1025 and 2048 was changed"},
		"a quantity at first": {"UPDATE scan SET quantity = 2 WHERE seq = 3", "between rows 1 and 1024 was changed"},
		"the last quantity":   {"UPDATE scan SET quantity = 2 WHERE seq = 2502", "between rows 2049 and 2502 was changed"},
		"a barcode":           {"UPDATE scan SET raw = raw + 1 WHERE seq = 100", "between rows 1 and 1024 was changed"},
		"a time":              {"UPDATE scan SET at = at + 1000000 WHERE seq = 100", "between rows 1 and 1024 was changed"},
		"who":                 {"UPDATE symbol SET text = 'person:bert' WHERE text = 'person:anna'", "between rows 1 and 1024 was changed"},
		"an event":            {`UPDATE event SET data = replace(data, 'Monday', 'Sunday') WHERE seq = 1`, "between rows 1 and 1024 was changed"},
		"a row less":          {"DELETE FROM scan WHERE seq = 1500", "Row 1500 is missing"},
		"rows less":           {"DELETE FROM scan WHERE seq BETWEEN 1500 AND 1600", "Rows 1500 to 1600 are missing"},
		"the first row less":  {"DELETE FROM event WHERE seq = 1", "Row 1 is missing"},
		"the tail less":       {"DELETE FROM scan WHERE seq > 2400", "its head says 2502"},
		"a row more":          {"INSERT INTO scan SELECT 2503, context, item, quantity, op, cond, flags, voids, sequence, at, uncertainty, drift, raw, code FROM scan WHERE seq = 2502", "The log ends at row 2503"},
		"a row twice":         {"INSERT INTO event SELECT 1500, kind, v, at, actor, data FROM event WHERE seq = 1", "Row 1500 is there twice"},
		"swapped rows":        {"UPDATE scan SET seq = CASE seq WHEN 100 THEN -1 ELSE 100 END WHERE seq IN (100, 101); UPDATE scan SET seq = 101 WHERE seq = -1", "between rows 1 and 1024 was changed"},
		"a text less":         {"PRAGMA foreign_keys = OFF; DROP TRIGGER symbol_stays; DELETE FROM symbol WHERE text LIKE '%30320000'", "missing"},
		"an unreadable code":  {"UPDATE scan SET code = 'no json' WHERE seq = 1500", "damaged"},
		"a hash":              {"UPDATE checkpoint SET hash = zeroblob(32) WHERE seq = 1024", "between rows 1 and 1024 was changed"},
		"a short hash":        {"UPDATE checkpoint SET hash = x'00' WHERE seq = 1024", "between rows 1 and 1024 was changed"},
		"a checkpoint less":   {"DELETE FROM checkpoint WHERE seq = 1024", "checkpoint at row 1024 is missing"},
		"the head's hash":     {"UPDATE head SET hash = zeroblob(32)", "between rows 2049 and 2502 was changed"},
		"the head":            {"DELETE FROM head", "no head row"},
		"the epoch":           {"UPDATE head SET epoch = 'another'", "was changed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := stored(t)
			past(t, path, strings.Split(c.change, "; ")...)
			verified, replayed := verdicts(t, path)
			if !strings.Contains(said(verified), c.says) {
				t.Errorf("verify says %q, want %q", said(verified), c.says)
			}
			if replayed.OK() {
				t.Error("replay finds nothing")
			}
		})
	}
}

// What is wrong in the views alone is found by replaying the log.
func TestReplayFindsViewsThatDoNotFollow(t *testing.T) {
	for name, c := range map[string]struct{ change, says string }{
		"a line":           {"UPDATE part SET quantity = quantity + 1 WHERE item = (SELECT min(item) FROM part)", "Table part differs"},
		"a line less":      {"DELETE FROM part WHERE quantity = (SELECT min(quantity) FROM part)", "Table part differs"},
		"a tally":          {"UPDATE tally SET units = units - 1", "units=2499"},
		"a pass closed":    {"UPDATE pass SET closed = 1", "Table pass differs"},
		"a device":         {"UPDATE device SET stored = 0", "Table device differs"},
		"a number":         {"UPDATE number SET last = 9 WHERE noun = 'pass'", "Table number differs"},
		"an access gained": {"INSERT INTO access VALUES ('x', 9, 'thief', 'admin', 'ff', 0)", "no such row"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := stored(t)
			change(t, path, c.change)
			verified, replayed := verdicts(t, path)
			if !verified.OK() {
				t.Errorf("verify, which looks at the log alone, says %q", said(verified))
			}
			if !strings.Contains(said(replayed), c.says) {
				t.Errorf("replay says %q, want %q", said(replayed), c.says)
			}
		})
	}
}

// Whatever single byte of the file flips, it is found, or it lies where nothing is
// kept: then all that can be read is as it was.
func TestFlippedBytesAreFoundOrHarmless(t *testing.T) {
	path := stored(t)
	sound := content(t, path)
	before := allOf(t, openAt(t, path)).text(t)
	random := rand.New(rand.NewPCG(1, 2))
	found, harmless := 0, 0
	for range 40 {
		at := random.IntN(len(sound))
		flipped := []byte(sound)
		flipped[at] ^= 1 << random.IntN(8)
		broken := tempPath(t)
		if err := os.WriteFile(broken, flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		if what := flaw(t, broken, before); what != "" {
			found++
		} else {
			harmless++
		}
	}
	t.Logf("%d of 40 flipped bytes found, %d in unused parts of the file", found, harmless)
	if found < 15 {
		t.Errorf("only %d found", found)
	}
}

// flaw says what is found wrong with a file; it fails the test if nothing is and
// the file tells something else than before.
func flaw(t *testing.T, path, before string) string {
	t.Helper()
	q, err := OpenReadOnly(t.Context(), path, Options{AllowFUSE: true})
	if err != nil {
		return err.Error()
	}
	defer q.Close()
	verified, err := q.Verify(t.Context())
	if err != nil {
		return err.Error()
	}
	replayed, err := q.Replay(t.Context())
	if err != nil {
		return err.Error()
	}
	if text := said(verified) + said(replayed); text != "" {
		return text
	}
	if now := allOf(t, q).text(t); now != before {
		t.Fatalf("nothing was found, but the file tells something else: %.2000s", now)
	}
	return ""
}
