package demo

import (
	"os"
	"os/exec"
	"runtime"
)

// OpenBrowser opens a link in the browser of the desktop and reports whether there
// is one.
func OpenBrowser(link string) bool {
	var cmd *exec.Cmd
	switch {
	case runtime.GOOS == "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", link)
	case runtime.GOOS == "darwin":
		cmd = exec.Command("open", link)
	case os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "":
		return false
	default:
		cmd = exec.Command("xdg-open", link)
	}
	if cmd.Start() != nil {
		return false
	}
	go func() { _ = cmd.Wait() }() // a browser may live as long as it likes
	return true
}
