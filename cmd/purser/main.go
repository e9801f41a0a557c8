// Command purser is the desk at which payout requests are reviewed, and the
// engine that pays them, as one program. Each command has a file of its own;
// root.go lists them.
//
// A command finds what it is given, calls one verb of the engine, and prints
// what came of it. No rule about requests or money is decided here. What a
// command answers goes to stdout in the form that -o names; everything that is
// said to a person goes to stderr; the exit status says what can be done about
// a failure (failure.go).
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}
