// Package layout holds the tests that keep the tree in shape: which package
// may import which, how long a file may be, what lies at the top. It has no
// code of its own.
//
// A test fails with the reason for the rule it guards. If the rule is wrong,
// change it here, in the same change that needs it, and say why.
package layout
