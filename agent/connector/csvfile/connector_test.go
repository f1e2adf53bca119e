package csvfile

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

// handClock is a clock that moves when it is told to.
type handClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) wait(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// shop is the shop system at the other side of the folder.
type shop struct {
	t       testing.TB
	dir     string
	ledger  string
	clock   *handClock
	feeds   bool
	catalog [][]string
	stock   map[string]int64
	sold    int
}

func newShop(t testing.TB, feeds bool, shelf []connectortest.Stock) *shop {
	s := &shop{
		t: t, dir: filepath.Join(t.TempDir(), "shop"), ledger: t.TempDir(), feeds: feeds,
		clock: &handClock{now: time.Date(2026, 5, 4, 9, 0, 0, 250_000_000, time.UTC)}, stock: make(map[string]int64),
	}
	if err := os.Mkdir(s.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, item := range shelf {
		s.catalog = append(s.catalog, []string{item.SKU, item.Name, strings.Join(item.Barcodes, "|"), map[bool]string{true: "no"}[item.Untracked]})
		if !item.Unstocked {
			s.stock[item.SKU] = item.OnHand
		}
	}
	if feeds {
		s.append("movements.csv", "id,sku,quantity,occurred_at,posted_at,receipt\n")
	}
	s.export()
	return s
}

// open makes the connector, as it is after a start of the agent.
func (s *shop) open(t testing.TB) agent.Connector {
	t.Helper()
	c, err := Open(connector.Settings{Clock: s.clock, Dir: s.ledger, Decode: func(into any) error {
		return json.Unmarshal(fmt.Appendf(nil, `{"folder":%q,"movements":%t,"time_zone":"UTC","clock_uncertainty":"1s"}`, s.dir, s.feeds), into)
	}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// write makes a file as the clock shows it.
func (s *shop) write(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
	s.touch(name)
}

func (s *shop) append(name, text string) {
	s.t.Helper()
	before, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil && !os.IsNotExist(err) {
		s.t.Fatal(err)
	}
	s.write(name, string(before)+text)
}

func (s *shop) touch(name string) {
	s.t.Helper()
	if err := os.Chtimes(filepath.Join(s.dir, name), s.clock.Now(), s.clock.Now()); err != nil {
		s.t.Fatal(err)
	}
}

// export writes catalogue and levels, and lets them be.
func (s *shop) export() {
	s.t.Helper()
	var items, levels strings.Builder
	w := csv.NewWriter(&items)
	if err := w.WriteAll(append([][]string{{"sku", "name", "barcode", "tracked"}}, s.catalog...)); err != nil {
		s.t.Fatal(err)
	}
	s.write("catalog.csv", items.String())
	levels.WriteString("sku,on_hand,stated_at\n")
	for _, sku := range slices.Sorted(maps.Keys(s.stock)) {
		fmt.Fprintf(&levels, "%s,%d,%s\n", sku, s.stock[sku], s.clock.Now().Format(time.RFC3339))
	}
	s.write("levels.csv", levels.String())
	s.clock.wait(quiet)
}

func (s *shop) wait(d time.Duration) {
	s.clock.wait(d)
	s.export()
}

func (s *shop) sell(item agent.ItemID, quantity int64) {
	s.stock[string(item)] -= quantity
	s.sold++
	now := s.clock.Now().Format(time.RFC3339)
	s.append("movements.csv", fmt.Sprintf("sale-%d,%s,%d,%s,%s,R-%d\n", s.sold, item, -quantity, now, now, s.sold))
}

// take imports the adjustment files that lie in the folder.
func (s *shop) take() {
	s.t.Helper()
	names, err := filepath.Glob(filepath.Join(s.dir, "out", "adjustments-*.csv"))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, name := range names {
		for _, line := range readTable(s.t, name) {
			n, err := strconv.ParseInt(line["variance"], 10, 64)
			if err != nil {
				s.t.Fatal(err)
			}
			s.stock[Plain(line["sku"])] += n
		}
		done := filepath.Join(s.dir, "out", "done", filepath.Base(name))
		if err := os.MkdirAll(filepath.Dir(done), 0o755); err != nil {
			s.t.Fatal(err)
		}
		if err := os.Rename(name, done); err != nil {
			s.t.Fatal(err)
		}
		s.touch("out")
	}
	s.wait(5 * time.Second)
}

// readTable reads a file by the names of its columns.
func readTable(t testing.TB, path string) []map[string]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var lines []map[string]string
	for _, row := range rows[1:] {
		line := make(map[string]string)
		for i, title := range rows[0] {
			line[title] = row[i]
		}
		lines = append(lines, line)
	}
	return lines
}

func (s *shop) cut(down bool) {
	from, to := s.dir, s.dir+".away"
	if !down {
		from, to = to, from
	}
	if err := os.Rename(from, to); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) delist(item agent.ItemID) {
	s.catalog = slices.DeleteFunc(s.catalog, func(row []string) bool { return row[0] == string(item) })
	delete(s.stock, string(item))
	s.clock.wait(time.Second)
	s.export()
}

// folderOf returns the connector's inside.
func folderOf(c agent.Connector) *folder {
	if f, ok := c.(feeding); ok {
		return f.folder
	}
	return c.(*folder)
}

var errDisk = errors.New("the disk failed")

// failOnce makes the next flush of a folder fail for which when is true.
func failOnce(f *folder, when func(dir string) bool) {
	f.sync = func(dir string) error {
		if when(dir) {
			f.sync = syncFolder
			return errDisk
		}
		return syncFolder(dir)
	}
}

func harness(feeds bool, cannot map[connectortest.Case]string) connectortest.Harness {
	return connectortest.Harness{Cannot: cannot, Open: func(t *testing.T, shelf []connectortest.Stock) *connectortest.System {
		s := newShop(t, feeds, shelf)
		c := s.open(t)
		f := folderOf(c)
		system := &connectortest.System{
			Connector: c, Clock: s.clock, Location: "main",
			ID:     func(sku string) agent.ItemID { return agent.ItemID(sku) },
			OnHand: func(item agent.ItemID) int64 { return s.stock[string(item)] },
			Wait:   s.wait, Settle: s.take, Delist: s.delist, Cut: s.cut,
			LoseRequest: func() { failOnce(f, func(string) bool { return true }) },
			LoseReply: func() {
				failOnce(f, func(dir string) bool {
					there, _ := filepath.Glob(filepath.Join(dir, "adjustments-*.csv"))
					return len(there) > 0
				})
			},
			Unwritable: func(l *agent.Planned) { l.Item = "A\nB" },
		}
		if feeds {
			system.Sell = s.sell
		}
		return system
	}}
}

// What a folder of files has no counterpart for.
func excuses() map[connectortest.Case]string {
	return map[connectortest.Case]string{
		connectortest.OldKey:         "a file's name does not age.",
		connectortest.Stages:         "a file is whole or not there; there are no drafts.",
		connectortest.Stale:          "the files hold changes, which the shop system adds to whatever it has.",
		connectortest.Throttled:      "nobody tells a writer of files to come later.",
		connectortest.NoAccess:       "rights on files do not bind the user root, who may run this test.",
		connectortest.SkewedClock:    "the files' times are taken for ours; a clock that is ahead is refused.",
		connectortest.HostileAnswers: "nobody answers; hostile files have tests of their own.",
	}
}

func TestConformanceWithMovements(t *testing.T) {
	connectortest.Run(t, harness(true, excuses()))
}

func TestConformanceWithoutMovements(t *testing.T) {
	cannot := excuses()
	cannot[connectortest.FeedsMovements] = "the folder does not tell what is sold."
	cannot[connectortest.BookAndFeedAgree] = "the folder does not tell what is sold."
	connectortest.Run(t, harness(false, cannot))
}

func remove(t testing.TB, s *shop, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(s.dir, name)); err != nil {
		t.Fatal(err)
	}
}

func TestSettingsThatCannotBeUsed(t *testing.T) {
	for name, tt := range map[string]struct{ section, says string }{
		"no folder":      {`{}`, "folder is missing"},
		"no such zone":   {`{"folder":"/x","time_zone":"Europe/Entenhausen"}`, "time_zone"},
		"no duration":    {`{"folder":"/x","clock_uncertainty":"a bit"}`, "clock_uncertainty"},
		"negative":       {`{"folder":"/x","clock_uncertainty":"-1s"}`, "clock_uncertainty"},
		"folder of kind": {`{"folder":7}`, "section of csv-folder"},
	} {
		_, err := Open(connector.Settings{Clock: &handClock{}, Decode: func(into any) error { return json.Unmarshal([]byte(tt.section), into) }})
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestInertTextsComeBackAndAreNoFormulas(t *testing.T) {
	for text, want := range map[string]string{
		"Tea": "Tea", "": "", "12": "12", "-3": "'-3", "=1+1": "'=1+1", "+x": "'+x", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx", "\rx": "'\rx",
		" =x": "' =x", "'=x": "''=x", "'tis": "'tis", "＝x": "'＝x", "a=b": "a=b",
	} {
		if got := Inert(text); got != want || Plain(got) != text {
			t.Errorf("Inert(%q) = %q, want %q; back it is %q", text, got, want, Plain(got))
		}
	}
}

func FuzzInert(f *testing.F) {
	f.Add("=1")
	f.Add("''=1")
	f.Fuzz(func(t *testing.T, text string) {
		safe := Inert(text)
		if Plain(safe) != text {
			t.Fatalf("%q became %q and came back as %q", text, safe, Plain(safe))
		}
		if strings.ContainsAny(safe[:min(1, len(safe))], "=+-@\t\r\n\x00") {
			t.Fatalf("%q is a formula still", safe)
		}
	})
}
