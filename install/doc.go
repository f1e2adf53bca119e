// Package install puts the agent on a machine as a service and runs it as one.
//
// Two sides use it. The command line calls Install, Uninstall, Start, Stop and
// Status; the service manager starts the program, which calls Run. Behind both
// stand systemd on Linux and the service control manager on Windows.
//
// What may be relied on:
//
//   - No call waits longer than its context or, where that has no deadline,
//     longer than the package's own.
//   - Start returns nil only after the agent itself has said that it is ready
//     (systemd), or after the service has kept running past its own start
//     (Windows). Otherwise the error carries the reason the manager knows.
//   - Install may be repeated; it then brings an older registration up to date.
//   - Uninstall leaves the configuration and everything counted where it is.
//   - An agent that does not stop within fifteen seconds is ended.
//
// It is one of the two places that may start other programs (systemctl,
// systemd-sysusers, udevadm, journalctl); the other is the demo.
package install
