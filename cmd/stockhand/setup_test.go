package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

const setupToken = "shpat_never_to_be_shown"

// fresh is a simulated shop behind real HTTP and a configuration that a person wrote,
// in a folder of its own.
type fresh struct {
	*testing.T
	shop *shopifysim.Shop
	dir  string
	file string
}

const byHand = `# our till
[agent]
data = "data"   # on the fast disk

[upstream.shopify]
endpoint = "ENDPOINT"
`

func newFresh(t *testing.T, options shopifysim.Options) *fresh {
	t.Helper()
	t.Setenv("CREDENTIALS_DIRECTORY", "")
	options.Now, options.Token, options.ClientID, options.ClientSecret, options.BucketSize = time.Now, setupToken, "app", "hush-hush", 20_000
	f := &fresh{T: t, shop: shopifysim.New(options), dir: t.TempDir()}
	f.serve(f.shop)
	write(t, filepath.Join(f.dir, "token"), setupToken+"\n", 0o600)
	return f
}

// serve lets another server be the shop.
func (f *fresh) serve(shop http.Handler) {
	server := httptest.NewServer(shop)
	f.Cleanup(server.Close)
	f.file = filepath.Join(f.dir, "stockhand.toml")
	write(f.T, f.file, strings.Replace(byHand, "ENDPOINT", server.URL, 1), 0o640)
}

func (f *fresh) setup(input string, args ...string) (code int, told string) {
	f.Helper()
	var out strings.Builder
	code = execute(f.Context(), &terminal{in: strings.NewReader(input), out: &out, err: &out}, append([]string{"setup", "--config", f.file}, args...))
	for _, secret := range []string{setupToken, "hush-hush"} {
		if strings.Contains(out.String(), secret) {
			f.Errorf("a secret is shown: %s", out.String())
		}
	}
	return code, out.String()
}

// must sets up and expects it to work.
func (f *fresh) must(input string, args ...string) string {
	f.Helper()
	code, told := f.setup(input, args...)
	if code != exitOK {
		f.Fatalf("%v ended with %d: %s", args, code, told)
	}
	return told
}

func (f *fresh) text() string {
	f.Helper()
	text, err := os.ReadFile(f.file)
	if err != nil {
		f.Fatal(err)
	}
	return string(text)
}

func (f *fresh) config() *config {
	f.Helper()
	c, err := loadConfig(f.file)
	if err != nil {
		f.Fatal(err)
	}
	return c
}

func (f *fresh) shows(told string, words ...string) {
	f.Helper()
	for _, w := range words {
		if !strings.Contains(told, w) {
			f.Errorf("%q is missing in: %s", w, told)
		}
	}
}

// first is the whole set-up by a script.
var first = []string{"--shop", "https://our-shop.myshopify.com/admin", "--only-agent"}

func (f *fresh) withToken(args ...string) []string {
	return slices.Concat(first, []string{"--token-file", filepath.Join(f.dir, "token")}, args)
}

func TestOneCommandConnectsAShop(t *testing.T) {
	f := newFresh(t, shopifysim.Options{})
	told := f.must("", f.withToken()...)
	f.shows(told, "The shop \"Simulated shop\"", "write_inventory", "serves version 2026-", "clock is", "The location \"Main\" is open",
		"warning: The app lacks the permission read_inventory_transfers and read_inventory_shipments", "warning: The app lacks the permission read_reports",
		"catalog sync", "count open")
	c := f.config()
	if c.location() != agent.LocationID(f.shop.Main()) || c.Upstream.Shopify["shop"] != "our-shop" || c.Upstream.withheld() != nil {
		t.Errorf("the configuration is %+v", c.Upstream)
	}
	f.shows(f.text(), "# our till\n", "data = \"data\"   # on the fast disk\n", "endpoint = ", "owner = \"shopify\"")
	if secret, err := c.secret("shopify.token"); err != nil || secret != setupToken {
		t.Errorf("the secret is not kept: %v", err)
	}
	info, err := os.Stat(f.file)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
		t.Errorf("the file's rights became %v, %v", info.Mode(), err)
	}
	if code, told := f.upload("check"); code != exitOK {
		t.Errorf("upload check: %s", told)
	}
}

func (f *fresh) upload(verb string) (int, string) {
	var out strings.Builder
	code := execute(f.Context(), &terminal{in: strings.NewReader(""), out: &out, err: &out}, []string{"upload", verb, "--config", f.file})
	return code, out.String()
}

func TestAnAppsCredentialsComeFromTheInput(t *testing.T) {
	f := newFresh(t, shopifysim.Options{})
	f.must("", f.withToken()...)
	f.must("app\nhush-hush\n", "--client-id-file", "-", "--client-secret-file", "-")
	c := f.config()
	if id, err := c.secret("shopify.client-id"); err != nil || id != "app" {
		t.Errorf("the client id is %q, %v", id, err)
	}
	if _, err := c.secret("shopify.token"); err == nil {
		t.Error("the old token would go before the new credentials")
	}
	f.must("", "undo")
	if token, err := c.secret("shopify.token"); err != nil || token != setupToken {
		t.Errorf("after the undo the token is missing: %v", err)
	}
	if _, err := c.secret("shopify.client-id"); err == nil {
		t.Error("after the undo the app's id is still there")
	}
}

func TestSettingUpAgainChangesOnlyWhatIsAskedAndCanBeUndone(t *testing.T) {
	f := newFresh(t, shopifysim.Options{})
	f.must("", f.withToken("--location", "Main")...)
	before := f.text()
	f.must("", "--owner", "Sage 50")
	if want := strings.Replace(before, `owner = "shopify"`, `owner = "Sage 50"`, 1); f.text() != want {
		t.Errorf("the file became\n%s\nwanted\n%s", f.text(), want)
	}
	f.must("", "undo")
	if f.text() != before {
		t.Errorf("the undo left\n%s", f.text())
	}
	code, told := f.setup("", "undo")
	if code != exitFailed {
		t.Error("undone twice")
	}
	f.shows(told, "nothing to undo")
}

func TestWhereAnotherSystemOwnsTheStockTheUploadSaysSo(t *testing.T) {
	f := newFresh(t, shopifysim.Options{})
	f.shows(f.must("", f.withToken("--owner", "Sage 50")...), "Sage 50 owns the stock")
	for _, verb := range []string{"status", "dry-run"} {
		_, told := f.upload(verb)
		f.shows(told, "Sage 50 owns the stock, so nothing is sent to shopify.", "stockhand setup --owner shopify")
	}
	f.must("", "--owner", "shopify")
	if _, told := f.upload("dry-run"); strings.Contains(told, "Sage") {
		t.Errorf("still withheld: %s", told)
	}
}

func TestExactlyOneOpenLocationOfOnesOwnIsBound(t *testing.T) {
	f := newFresh(t, shopifysim.Options{})
	harbour, closed := f.shop.AddLocation("Harbour"), f.shop.AddLocation("Old town")
	if err := f.shop.CloseLocation(closed); err != nil {
		t.Fatal(err)
	}
	parcels := f.shop.AddFulfilmentService("Parcels & Co.")
	untouched := f.text()
	for location, says := range map[string]string{
		"":                "--location",
		"Old town":        "closed",
		closed:            "closed",
		parcels:           "belongs to a fulfilment service",
		"Parcels & Co.":   "no location called",
		"Nowhere":         "no location called",
		"999999999999999": "does not know the location",
	} {
		args := f.withToken()
		if location != "" {
			args = append(args, "--location", location)
		}
		code, told := f.setup("", args...)
		if code == exitOK || f.text() != untouched {
			t.Errorf("%q was taken", location)
		}
		f.shows(told, says)
	}
	if entries, err := os.ReadDir(filepath.Join(f.dir, "secrets")); err == nil {
		t.Errorf("secrets were kept of a set-up that failed: %v", entries)
	}
	f.must("", f.withToken("--location", "harbour")...)
	if f.config().location() != agent.LocationID(harbour) {
		t.Errorf("bound is %s", f.config().location())
	}
}

func TestAMissingScopeThatIsNeededEndsTheSetUp(t *testing.T) {
	for _, missing := range shopifysim.AllScopes {
		if missing == "read_inventory" {
			continue // who may write may read
		}
		f := newFresh(t, shopifysim.Options{Scopes: slices.DeleteFunc(slices.Clone(shopifysim.EveryScope), func(s string) bool { return s == missing })})
		code, told := f.setup("", f.withToken()...)
		if code == exitOK {
			t.Errorf("connected without %s", missing)
		}
		f.shows(told, missing, "Nothing was changed")
	}
}

func TestAnotherAgentIsSeenInTheHistory(t *testing.T) {
	f := newFresh(t, shopifysim.Options{Scopes: shopifysim.EveryScope})
	tea := f.shop.AddItem(shopifysim.Item{SKU: "TEA", Title: "Tea", OnHand: 5, Tracked: true, Stocked: true})
	f.shows(f.must("", f.withToken()...), "no other agent has counted this location")
	f.must("", "undo")
	if err := f.shop.SetByApp(tea.Item, f.shop.Main(), 4, "Stockhand", "gid://stockhand/CycleCount/count-9.request-1"); err != nil {
		t.Fatal(err)
	}
	f.shows(f.must("", f.withToken()...), "warning: A counting agent has changed the books of this location")
}

func TestThatThisIsTheOnlyAgentMustBeSaid(t *testing.T) {
	f := newFresh(t, shopifysim.Options{})
	code, told := f.setup("", slices.DeleteFunc(f.withToken(), func(a string) bool { return a == "--only-agent" })...)
	if code != exitUsage {
		t.Errorf("ended with %d", code)
	}
	f.shows(told, "--only-agent")
}

func TestAFolderIsSetUpTheSameWay(t *testing.T) {
	f := newFresh(t, shopifysim.Options{})
	f.file = filepath.Join(f.dir, "new", "stockhand.toml")
	shop := filepath.Join(f.dir, "exports")
	if code, told := f.setup("", "--folder", shop, "--only-agent"); code == exitOK {
		t.Errorf("a folder that is not there was taken: %s", told)
	}
	if err := os.Mkdir(shop, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(shop, "catalog.csv"), "sku,barcode\nA1,4006381333931\n", 0o600)
	write(t, filepath.Join(shop, "levels.csv"), "sku,on_hand\nA1,5\n", 0o600)
	var result setupResult
	if err := json.Unmarshal([]byte(f.must("", "--folder", shop, "--only-agent", "--json")), &result); err != nil || result.Connector != "csv-folder" || len(result.Findings) == 0 || result.Owner != "csv-folder" {
		t.Fatalf("%+v, %v", result, err)
	}
	if c := f.config(); c.section("csv-folder")["folder"] != shop || c.Agent.Data != filepath.Join(f.dir, "new", "data") {
		t.Errorf("%+v", c)
	}
}

// Root may set up for the user who runs the agent: that user must be able to read what
// was written, and must not be able to make root write or read elsewhere.
func TestWhatRootSetsUpBelongsToTheAgent(t *testing.T) {
	if os.Geteuid() != 0 || runtime.GOOS == "windows" {
		t.Skip("only root can give files away")
	}
	f := newFresh(t, shopifysim.Options{})
	data, elsewhere := filepath.Join(f.dir, "data"), filepath.Join(f.dir, "elsewhere")
	if err := errors.Join(os.Mkdir(data, 0o700), os.Chown(data, 12345, 12345)); err != nil {
		t.Fatal(err)
	}
	f.must("", f.withToken()...)
	for _, name := range []string{"secrets", "secrets/shopify.token", "secrets/.before-setup"} {
		info, err := os.Stat(filepath.Join(f.dir, name))
		if err != nil || !strings.Contains(fmt.Sprintf("%+v", info.Sys()), "Uid:12345") {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
	}
	write(t, elsewhere, "of root", 0o600)
	token := filepath.Join(f.dir, "secrets", "shopify.token")
	if err := errors.Join(os.Remove(token), os.Symlink(elsewhere, token)); err != nil {
		t.Fatal(err)
	}
	code, told := f.setup("", f.withToken()...)
	if text, err := os.ReadFile(elsewhere); code == exitOK || err != nil || string(text) != "of root" {
		t.Errorf("a link was followed: %q, %v", text, err)
	}
	f.shows(told, "is not a plain file")
}
