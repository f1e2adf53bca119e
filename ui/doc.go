// Package ui serves the page of the agent to browsers on the same machine: its
// files, and the websocket of package live. It listens on loopback only, lets
// nobody in who was not given a link, and takes no request that another web page
// could have made.
package ui
