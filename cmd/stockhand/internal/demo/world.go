package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// Options say how a demo runs. Zero fields get the defaults named with them.
type Options struct {
	// Binary is the program that is run as the agent.
	Binary string
	// Dir is the demo's folder, which must be empty or missing; a temporary one.
	Dir string
	// Keep leaves the folder there at the end.
	Keep bool
	Seed uint64
	// Goods is how many articles the shop has; 300.
	Goods int
	// Port is the page's; any free one.
	Port int
	// For is how long the shop is to be counted in a run without a person; 30 s.
	For time.Duration
	// Speed is how much faster than people the simulated ones are, where a person
	// looks on; 1.
	Speed float64
	// Policy is how sales during the count are treated; the agent's default.
	Policy agent.Method
	// KillEvery is the time between two kills of the agent, on average; none.
	KillEvery time.Duration
	// Kills is how many kills there are to be: the shop is counted again until then.
	Kills int
	// Log gets what the agent writes, beside the file agent.log in the folder.
	Log io.Writer
}

func (o Options) withDefaults() Options {
	o.Goods = cmp.Or(o.Goods, 300)
	o.For = cmp.Or(o.For, 30*time.Second)
	o.Speed = cmp.Or(o.Speed, 1)
	if o.Log == nil {
		o.Log = io.Discard
	}
	return o
}

const (
	// basketTime is what the agent is told about how long goods are in a basket,
	// and longestBasket how long they really are. Between the two is room for a
	// busy machine on which customers are late at the till.
	basketTime    = 1200 * time.Millisecond
	longestBasket = 500 * time.Millisecond

	simulationTitle = "Simulated shop"

	token = "shpat_simulated" // of the simulated shop: there is nothing to protect
)

// world is everything around the agent, and the agent's process.
type world struct {
	options Options
	dir     string
	claim   *os.File // on the folder; nil if it was named or is to be kept
	port    int

	goods    []good
	ids      []agent.ItemID // of the goods, as the shop knows them
	shelves  *Shelves
	shop     *shopifysim.Shop
	till     *shopTill
	scanners []*Scanner // one for each zone
	spare    *Scanner   // not added yet
	child    *Child
	trouble  *trouble
	// customers come in the shop's opening hours.
	customers *Customers
	rand      *rand.Rand // for the goroutine that builds the world
}

// random returns a generator of its own for one part of the world.
func (o Options) random(part uint64) *rand.Rand { return rand.New(rand.NewPCG(o.Seed, part)) }

// build makes the world: a stocked shop, its shelves, and the folder in which the
// agent will live.
func build(o Options) (w *world, err error) {
	w = &world{options: o.withDefaults(), rand: o.random(1)}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.remove())
		}
	}()
	if err := w.makeFolder(); err != nil {
		return w, err
	}
	w.stock()
	for i := range zones {
		scanner, err := NewScanner(filepath.Join(w.dir, fmt.Sprintf("scanner-%d", i+1)))
		if err != nil {
			return w, err
		}
		w.scanners = append(w.scanners, scanner)
	}
	if err := w.plugSpare(); err != nil {
		return w, err
	}
	if w.port, err = freePort(w.options.Port); err != nil {
		return w, err
	}
	w.trouble = newTrouble(w)
	return w, nil
}

func (w *world) makeFolder() (err error) {
	if w.dir = w.options.Dir; w.dir == "" {
		err = w.makeTemp()
	} else if err = os.MkdirAll(w.dir, 0o700); err == nil {
		w.dir, err = filepath.Abs(w.dir)
	}
	if err != nil {
		return fmt.Errorf("make the demo's folder: %w", err)
	}
	if there, err := os.ReadDir(w.dir); w.claim == nil && (err != nil || len(there) > 0) {
		w.options.Keep = true
		return fmt.Errorf("the folder %s is not empty: name an empty or a new one", w.dir)
	}
	return nil
}

// makeTemp makes a temporary folder, which goes with this demo or, where this one is
// killed, with the next.
func (w *world) makeTemp() (err error) {
	sweep(os.TempDir())
	if w.dir, err = os.MkdirTemp("", tempPrefix); err == nil && !w.options.Keep {
		w.claim, err = claim(w.dir)
	}
	return err
}

// stock fills the shelves and enters what the shop's book says.
func (w *world) stock() {
	w.goods = makeGoods(w.options.Goods)
	w.shelves = NewShelves(w.options.random(2), len(w.goods))
	book := stockUp(w.rand, w.goods, w.shelves)
	w.shop = shopifysim.New(shopifysim.Options{
		Name: "Simulated shop", Location: "The simulated shop", Token: token,
		Plan: "Plus", BucketSize: 20_000, RestoreRate: 1_000,
	})
	w.till = &shopTill{shop: w.shop}
	for i, g := range w.goods {
		ids := w.shop.AddItem(shopifysim.Item{
			SKU: g.SKU, Barcode: g.Barcode, Title: g.Name, Cost: fmt.Sprintf("%d.%02d", g.Price/100, g.Price%100),
			Tracked: true, Stocked: true, OnHand: book[i],
		})
		w.till.ids = append(w.till.ids, ids.Item)
		w.ids = append(w.ids, agent.ItemID(ids.Item))
	}
}

// freePort returns a port of the loopback address on which nobody listens. The
// agent keeps it over its restarts, so that pages find it again.
func freePort(wish int) (int, error) {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", wish))
	if err != nil {
		return 0, fmt.Errorf("find a port for the page: %w", err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	return port, listener.Close()
}

// address is where the agent's page is.
func (w *world) address() string { return fmt.Sprintf("http://127.0.0.1:%d", w.port) }

// plugged returns all scanners that the agent can find.
func (w *world) plugged() []*Scanner {
	if w.spare == nil {
		return w.scanners
	}
	return append(slices.Clone(w.scanners), w.spare)
}

// remove takes the folder away again, unless it is to be kept.
func (w *world) remove() error {
	for _, s := range w.plugged() {
		s.Unplug()
	}
	if w.dir == "" || w.options.Keep {
		return nil
	}
	err := os.RemoveAll(w.dir)
	if w.claim != nil {
		err = errors.Join(err, w.claim.Close())
	}
	return err
}

// live runs everything around the agent, and the agent, until people has ended.
func (w *world) live(ctx context.Context, people func(ctx context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	parts, ctx := errgroup.WithContext(ctx)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("open the simulated shop: %w", err)
	}
	parts.Go(func() error { return serve(ctx, listener, w.shop) })
	parts.Go(func() error {
		return control{w.state, w.trouble.turn}.serve(ctx, filepath.Join(w.dir, "simulation.sock"))
	})
	if err := w.writeConfig("http://" + listener.Addr().String()); err != nil {
		return err
	}
	log, err := os.OpenFile(w.log(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("open the agent's log: %w", err)
	}
	defer log.Close()
	w.child = &Child{
		binary: w.options.Binary, args: []string{"run", "--until-eof", "--config", w.config()},
		log: w.logTo(log), before: w.release, claim: w.claim,
	}
	parts.Go(func() error { return w.child.Run(ctx) })
	parts.Go(func() error {
		defer stop()
		if err := w.teach(ctx); err != nil {
			return err
		}
		return people(ctx)
	})
	if err := parts.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// logTo returns where the agent writes. If nobody else wants to see it, that is the
// file itself, which stays there when the demo is killed; a pipe would break and end
// the agent in the middle of what it does.
func (w *world) logTo(file *os.File) io.Writer {
	if w.options.Log == io.Discard {
		return file
	}
	return io.MultiWriter(file, w.options.Log)
}

// release lets the next process of the agent have the scanners of a killed one.
func (w *world) release() {
	for _, s := range w.plugged() {
		s.Release()
	}
}

func (w *world) log() string    { return filepath.Join(w.dir, "agent.log") }
func (w *world) config() string { return filepath.Join(w.dir, "stockhand.toml") }

// writeConfig writes the agent's configuration and its secret.
func (w *world) writeConfig(shop string) error {
	var b strings.Builder
	set := func(format string, a ...any) { fmt.Fprintf(&b, format+"\n", a...) }
	set("# Written by the demo: nothing here is real.")
	set("[agent]\ndata = %q\nsecrets = %q", w.data(), filepath.Join(w.dir, "secrets"))
	set("[page]\nport = %d", w.port)
	for i, s := range w.scanners {
		set("[[scanner]]\ndriver = \"serial\"\nname = %q\nport = %q", zones[i].Name, s.Path())
	}
	set("[count]\nbasket_time = %q", basketTime)
	if w.options.Policy != "" {
		set("method = %q", w.options.Policy)
	}
	// Small requests, because so much is sold here that a large one would always meet
	// a quantity that has just moved.
	set("[upstream]\nconnector = \"shopify\"\nlocation = %q\nmax_lines = 25", w.shop.Main())
	set("[upstream.shopify]\nshop = \"simulated\"\nendpoint = %q\nsearch_lag = \"0s\"", shop)
	set("[simulation]\ntitle = %q\ncontrol = %q\ndevices = %q", simulationTitle, filepath.Join(w.dir, "simulation.sock"), w.devices())
	return errors.Join(
		os.MkdirAll(w.data(), 0o700),
		os.WriteFile(w.config(), []byte(b.String()), 0o600),
		w.writeSecrets(),
	)
}
