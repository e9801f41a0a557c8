// Package enginetest tests what the engine expects of the outside: [TestStore]
// is for every engine.Store, [TestGateway] for every engine.Gateway. Their
// implementations call them from a test of their own, so each promise of the
// interfaces is written down once, as a test.
//
// The suites know no implementation: they see what the engine sees, and a
// gateway that can count its payments is counted. They take no time and time
// nothing.
package enginetest
