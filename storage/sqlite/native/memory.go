package native

import (
	"errors"
	"unsafe"

	sqlite3 "modernc.org/sqlite/lib"
)

// SQLite keeps addresses of what is bound to a statement, and lives in memory
// of its own that the garbage collector does not know. So text is copied over
// there, into a block that its statement keeps.

var errMemory = errors.New("sqlite: out of memory")

const pointerSize = 8 // enough on every platform

// allocate returns n bytes, or 0 if there are none left.
func (c *Conn) allocate(n int) uintptr { return sqlite3.Xsqlite3_malloc(c.tls, int32(n)) }

// release frees what allocate returned; 0 is nothing.
func (c *Conn) release(p uintptr) { sqlite3.Xsqlite3_free(c.tls, p) }

// keep copies v to where it stays until the statement is reset.
func (s *Stmt) keep(v string) uintptr {
	at := s.used
	s.used += len(v) + 1 // no address is zero, not even of ""
	if s.used <= s.size {
		p := s.memory + uintptr(at)
		copy(bytesAt(p, len(v)), v)
		return p
	}
	p := s.c.allocate(len(v) + 1)
	if p == 0 {
		s.err = errMemory
		return 0
	}
	s.large = append(s.large, p)
	copy(bytesAt(p, len(v)), v)
	return p
}

// mostKept bounds what a statement holds on to; a longer text is rare.
const mostKept = 64 << 10

// grow makes room for as much as was needed this time.
func (s *Stmt) grow() {
	if s.size == mostKept {
		return
	}
	s.c.release(s.memory)
	s.size = min(max(2*s.used, 512), mostKept)
	s.memory = s.c.allocate(s.size)
	if s.memory == 0 {
		s.size = 0
	}
}

// bytesAt returns n bytes of SQLite's memory. The detour over the address of p
// is how one tells Go that the number is an address.
func bytesAt(p uintptr, n int) []byte {
	return unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&p))), n)
}

func pointerAt(p uintptr) *uintptr {
	return (*uintptr)(*(*unsafe.Pointer)(unsafe.Pointer(&p)))
}
