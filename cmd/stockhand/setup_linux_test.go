package main

import (
	"strings"
	"testing"

	"github.com/creack/pty"

	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// At a terminal everything is asked for, and no secret is shown.
func TestATerminalIsAskedForEverything(t *testing.T) {
	f := newFresh(t, shopifysim.Options{})
	f.shop.AddLocation("Harbour")
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer slave.Close()
	seen := &screen{}
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := master.Read(buffer)
			if err != nil {
				return
			}
			_, _ = seen.Write(buffer[:n])
		}
	}()
	ended := make(chan int, 1)
	go func() {
		ended <- execute(t.Context(), &terminal{in: slave, out: slave, err: slave}, []string{"setup", "--config", f.file})
	}()
	for _, step := range [][2]string{
		{"What keeps the books", "shopify"},
		{"The shop's name", "our-shop"},
		{"client id", "app"},
		{"client secret (not shown)", "hush-hush"},
		{"Which location is counted", "Harbour"},
		{"owns the stock", "shopify"},
		{"only agent that counts Harbour", "yes"},
	} {
		until(t, "it asks: "+step[0], func() bool { return seen.shows(step[0]) })
		if _, err := master.WriteString(step[1] + "\n"); err != nil {
			t.Fatal(err)
		}
	}
	if code := <-ended; code != exitOK {
		t.Fatalf("ended with %d: %s", code, seen.text.String())
	}
	if seen.shows("hush-hush") {
		t.Error("the secret was shown")
	}
	if !strings.Contains(f.text(), "shop = \"our-shop\"") {
		t.Errorf("written is\n%s", f.text())
	}
}
