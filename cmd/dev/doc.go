// Package dev holds the house rules as tests, and the developers' tools at
// fixed versions in tools.mod. There is nothing to import.
//
// The rules, each with a test that finds what breaks it and says why:
//
//   - Layers: a package imports only from the layers below its own, and
//     neighbours never meet. The table layers is the architecture.
//   - Bans: the engine knows no database, network, file, dice or goroutine;
//     time comes from engine/clock; nobody declares init or changes a package
//     variable; no amount is ever a float.
//   - Sizes: no file above 600 lines, no function above 80. The ten longest of
//     each are printed, for a long one is a question before it is an offence.
//   - Comments: each package has one package comment, which is its design, and
//     what the engine exports says what its name and type do not.
//   - Modules: versions that are known to work together stay together.
//   - The tree: five directories at the top; nothing left for later, nobody's
//     home directory and no package server in any file; a README with the two
//     commands that a newcomer types first.
//
// A rule is a function from a file tree to what it finds there, so each one is
// shown to fail on a small tree made for it. A rule that stands in the way is
// changed here, in the open, with its reason; exceptions are tables whose rows
// carry theirs, and a row that nothing needs any more is itself a finding.
//
// The rules read syntax and resolve names within a package. They do not know
// the types of what a package imports, so they judge what is written, not
// what it evaluates to: an alias of a banned thing would pass.
package dev
