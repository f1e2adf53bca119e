package csvfile

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

const movedHeader = "id,sku,quantity,occurred_at,posted_at,receipt,kind\n"

// pull reads the feed from a cursor to its end, as the agent does.
func pull(t testing.TB, c agent.Connector, cursor string) ([]agent.Movement, agent.Page[agent.Movement], error) {
	t.Helper()
	var rows []agent.Movement
	for range 1000 {
		page, err := c.(agent.Feeder).Movements(t.Context(), "main", cursor)
		if err != nil {
			return rows, agent.Page[agent.Movement]{Next: cursor}, err
		}
		rows, cursor = append(rows, page.Rows...), page.Next
		if !page.More {
			return rows, page, nil
		}
	}
	t.Fatal("the feed never ends")
	return nil, agent.Page[agent.Movement]{}, nil
}

func ids(rows []agent.Movement) []string {
	var ids []string
	for _, m := range rows {
		ids = append(ids, m.SourceID)
	}
	return ids
}

func TestAMovementIsReadWithEverythingItSays(t *testing.T) {
	s := newShop(t, true, smallShelf())
	s.put(map[string]string{"movements.csv": "id;sku;quantity;occurred_at;posted_at;receipt;kind;bin\r\n" +
		"1;TEA;-2;2026-05-04T08:00:00Z;2026-05-04T08:00:03.7Z;R-1;;A-01\r\n" +
		"2;TEA;1;2026-05-04 08:10:00;;;;\r\n" +
		"3;MUG;24;2026-05-04T10:20:00+02:00;;D-9;Receipt;\r\n"})
	rows, page, err := pull(t, s.open(t), "")
	if err != nil || len(rows) != 3 {
		t.Fatalf("%v %v", rows, err)
	}
	at := func(h, m, sec int) time.Time { return time.Date(2026, 5, 4, h, m, sec, 0, time.UTC) }
	stamp := func(at time.Time) agent.Stamp {
		return agent.Stamp{At: at.Add(tick / 2), Uncertainty: time.Second + tick/2}
	}
	want := []agent.Movement{
		{Source: Name, SourceID: "1", Receipt: "R-1", Kind: agent.Sale, Item: "TEA", Location: "main", Bin: "A-01", Quantity: -2, Occurred: stamp(at(8, 0, 0)), Posted: at(8, 0, 3)},
		{Source: Name, SourceID: "2", Kind: agent.Return, Item: "TEA", Location: "main", Quantity: 1, Occurred: stamp(at(8, 10, 0)), Posted: at(8, 10, 0)},
		{Source: Name, SourceID: "3", Receipt: "D-9", Kind: agent.Receipt, Item: "MUG", Location: "main", Quantity: 24, Occurred: stamp(at(8, 20, 0)), Posted: at(8, 20, 0)},
	}
	if !slices.Equal(rows, want) {
		t.Errorf("read %+v\nwant %+v", rows, want)
	}
	if !page.Complete.Equal(at(9, 0, 0)) || !page.CompleteLocal.Equal(at(8, 59, 59)) {
		t.Errorf("complete up to %v, by our clock %v", page.Complete, page.CompleteLocal)
	}
}

// Files grow, come and are written anew; every movement is told, and none that was
// told is asked for again while the files only grow.
func TestFilesMayGrowComeAndBeWrittenAnew(t *testing.T) {
	s := newShop(t, true, smallShelf())
	row := func(id string) string { return id + ",TEA,-1,2026-05-04T08:00:00Z,,,\n" }
	cursor := ""
	step := func(what string, want ...string) {
		t.Helper()
		rows, page, err := pull(t, s.open(t), cursor)
		if err != nil || !slices.Equal(ids(rows), want) {
			t.Fatalf("%s: read %v, %v; want %v", what, ids(rows), err, want)
		}
		cursor = page.Next
	}
	step("only a header")
	s.append("movements.csv", "a,TEA,-1,2026-05-04T08:00:00Z,,\nb,TEA,-1,2026-05-04T08:00:00Z,,\n")
	step("two lines", "a", "b")
	step("nothing new")
	s.append("movements.csv", "\n\nc,TEA,-1,2026-05-04T08:00:00Z,,\n\n")
	step("empty lines", "c")
	s.append("movements.csv", "d,TEA,-1,2026-05-04T08:00:00Z,,\n")
	step("after empty lines", "d")
	s.write("movements/2026-05-04.csv", movedHeader+row("e"))
	step("a file that was dropped", "e")
	s.write("movements/2026-05-03.csv", movedHeader+row("f"))
	step("an older file that came later", "f")
	s.write("movements.csv", movedHeader+row("g"))
	step("a file that became shorter", "g")
	s.write("movements.csv", movedHeader+row("h")+row("i")+row("j"))
	step("a file that was written anew and is longer", "h", "i", "j")
	s.write("movements.csv", movedHeader+row("h")+row("i")+row("j")+row("k"))
	step("a file that was written anew and begins as before", "k")
	remove(t, s, "movements/2026-05-03.csv")
	step("a file that was put away")
	s.write("movements/notes.txt", "nothing of ours")
	step("another kind of file")
}

func TestManyMovementsComeInPages(t *testing.T) {
	s := newShop(t, true, smallShelf())
	var text strings.Builder
	text.WriteString(movedHeader)
	const n = 3*pageSize + 7
	for i := range n {
		fmt.Fprintf(&text, "%d,TEA,-1,2026-05-04T08:00:00Z,,,\n", i)
	}
	s.put(map[string]string{"movements.csv": text.String(), "movements/more.csv": movedHeader + "last,TEA,-1,2026-05-04T08:00:00Z,,,\n"})
	rows, _, err := pull(t, s.open(t), "")
	if err != nil || len(rows) != n+1 || rows[n].SourceID != "last" || rows[n-1].SourceID != fmt.Sprint(n-1) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
}

// A line that cannot be read stops the feed and is named. What was read before it is
// told, and when it is corrected the reading goes on.
func TestALineThatCannotBeReadIsNeverPassedOver(t *testing.T) {
	good := func(id string) string { return id + ",TEA,-1,2026-05-04T08:00:00Z,,,\n" }
	for name, tt := range map[string]struct{ line, says string }{
		"no id":               {",TEA,-1,2026-05-04T08:00:00Z,,,\n", "column id: The field is empty."},
		"no sku":              {"x,,-1,2026-05-04T08:00:00Z,,,\n", "column sku: The field is empty."},
		"no quantity":         {"x,TEA,,2026-05-04T08:00:00Z,,,\n", `column quantity: "" is not a whole number.`},
		"half a unit":         {"x,TEA,-0.5,2026-05-04T08:00:00Z,,,\n", `"-0.5" is not a whole number`},
		"no time":             {"x,TEA,-1,,,,\n", "column occurred_at"},
		"no time that is":     {"x,TEA,-1,4.5.2026,,,\n", `"4.5.2026" is not a time`},
		"from the future":     {"x,TEA,-1,2026-05-04T12:00:00Z,,,\n", "later than the file was written"},
		"no kind":             {"x,TEA,-1,2026-05-04T08:00:00Z,,,gift\n", `"gift" is no kind of movement`},
		"a positive sale":     {"x,TEA,1,2026-05-04T08:00:00Z,,,sale\n", "A sale of 1 would add to the stock"},
		"an open quote":       {"x,\"TEA,-1\n", "a quote is opened and never closed"},
		"NUL":                 {"x,T\x00A,-1,2026-05-04T08:00:00Z,,,\n", "control characters"},
		"Latin-1":             {"x,M\xfcsli,-1,2026-05-04T08:00:00Z,,,\n", "not UTF-8"},
		"five thousand bytes": {strings.Repeat("9", 5000) + ",TEA,-1,2026-05-04T08:00:00Z,,,\n", "longer than 1,000 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, true, smallShelf())
			s.put(map[string]string{"movements.csv": movedHeader + good("a") + tt.line + good("b")})
			c := s.open(t)
			rows, page, err := pull(t, c, "")
			e := agent.AsError(err)
			if err == nil || !slices.Equal(ids(rows), []string{"a"}) {
				t.Fatalf("read %v, %v", ids(rows), err)
			}
			if !strings.Contains(e.What, "movements.csv, line 3") || !strings.Contains(e.What, tt.says) || e.Do == "" || e.Class == agent.Retry {
				t.Errorf("%+v", e)
			}
			if _, _, err := pull(t, c, page.Next); agent.AsError(err).What != e.What {
				t.Errorf("asked again: %v", err)
			}
			found := slices.ContainsFunc(c.Check(t.Context()), func(f agent.Finding) bool { return f.What == e.What && f.Severity == agent.Broken })
			if !found {
				t.Error("the check does not name it")
			}
			s.write("movements.csv", movedHeader+good("a")+good("x")+good("b"))
			if rows, _, err := pull(t, c, page.Next); err != nil || !slices.Equal(ids(rows), []string{"x", "b"}) {
				t.Errorf("corrected: read %v, %v", ids(rows), err)
			}
		})
	}
}

// A last line without its end is not read: 1 may be the beginning of 12.
func TestALineThatIsNotWholeIsWaitedFor(t *testing.T) {
	s := newShop(t, true, smallShelf())
	s.put(map[string]string{"movements.csv": movedHeader + "a,TEA,-1,2026-05-04T08:00:00Z,,,\nb,TEA,-1,2026-05-04T08:00:00Z,,,"})
	c := s.open(t)
	rows, page, err := pull(t, c, "")
	if e := agent.AsError(err); !slices.Equal(ids(rows), []string{"a"}) || e.Class != agent.Retry || !strings.Contains(e.What, "movements.csv") {
		t.Fatalf("read %v, %v", ids(rows), err)
	}
	s.append("movements.csv", "sale\n")
	if rows, _, err = pull(t, c, page.Next); err != nil || !slices.Equal(ids(rows), []string{"b"}) || rows[0].Kind != agent.Sale {
		t.Fatalf("read %v, %v", rows, err)
	}
}

func TestAFeedWithoutFilesIsNotComplete(t *testing.T) {
	s := newShop(t, true, smallShelf())
	remove(t, s, "movements.csv")
	_, _, err := pull(t, s.open(t), "")
	if e := agent.AsError(err); e.Code != "csv.missing" || e.Class != agent.Retry {
		t.Fatalf("%v", err)
	}
}

// A statement of the second in which something was sold may contain the sale or not.
func TestASaleInTheSecondOfTheStatementLeavesItUnsettled(t *testing.T) {
	s := newShop(t, true, smallShelf())
	s.sell("TEA", 1)
	s.export()
	c := s.open(t)
	tea, _ := levels(t, c, "TEA")
	mug, _ := levels(t, c, "MUG")
	if tea.Settled() || !mug.Settled() {
		t.Fatalf("settled: tea %t, mug %t", tea.Settled(), mug.Settled())
	}
	rows, _, err := pull(t, c, "")
	if err != nil || len(rows) != 1 {
		t.Fatalf("%v %v", rows, err)
	}
	if _, known := tea.Contains(rows[0]); known {
		t.Error("whether the statement contains the sale is called known")
	}
	s.wait(5 * time.Second)
	tea, _ = levels(t, c, "TEA")
	if contains, known := tea.Contains(rows[0]); !tea.Settled() || !contains || !known {
		t.Errorf("settled %t, contains %t, known %t", tea.Settled(), contains, known)
	}
}

// Whatever lies in a file of movements, the reader ends, never goes back, and tells
// what it cannot read with a sentence.
func FuzzMovements(f *testing.F) {
	f.Add([]byte(movedHeader+"a,TEA,-1,2026-05-04T08:00:00Z,,,\n"), []byte("b,TEA,-1,2026-05-04T08:00:00Z,,,\n"))
	f.Add([]byte("\xef\xbb\xbfid;sku;quantity;occurred_at\r\n1;A;-3;2026-05-04 08:00:00\r"), []byte("\n2;\"A\"\"\";4;2026-05-04 08:00:00\r\n"))
	f.Fuzz(func(t *testing.T, file, more []byte) {
		path := filepath.Join(t.TempDir(), "m.csv")
		dir := &folder{settings: settings{Folder: filepath.Dir(path)}, zone: time.UTC, unsure: time.Second}
		seen := make(map[string]bool)
		read := func(from place) place {
			for {
				var page agent.Page[agent.Movement]
				to, err := dir.readMovements(t.Context(), "m.csv", from, "main", &page)
				if err != nil {
					var e *agent.Error
					if !errors.As(err, &e) || e.What == "" || e.Do == "" {
						t.Fatalf("%v", err)
					}
				}
				if to.Offset < from.Offset && to.Offset != 0 && from.Mark == 0 {
					t.Fatalf("went from %d back to %d", from.Offset, to.Offset)
				}
				for _, m := range page.Rows {
					if m.SourceID == "" || m.Item == "" || m.Posted.IsZero() || m.Kind == "" {
						t.Fatalf("%+v", m)
					}
					seen[m.SourceID] = true
				}
				if err != nil || len(page.Rows) == 0 {
					return to
				}
				from = to
			}
		}
		write := func(b []byte) {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write(file)
		at := read(place{})
		whole := slices.Concat(file, more)
		write(whole)
		read(at)
		inParts := maps.Clone(seen)
		clear(seen)
		read(place{})
		for id := range seen {
			if !inParts[id] {
				t.Fatalf("%q is read from the whole file and not from its parts", id)
			}
		}
	})
}
