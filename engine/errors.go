package engine

import (
	"cmp"
	"errors"
	"fmt"
)

// A Code says what a caller can do about a failure. Doors map it to exit
// statuses and HTTP statuses. A Code is itself an error, so that
// errors.Is(err, engine.Stale) reads as it should.
type Code string

// The codes.
const (
	Invalid     Code = "invalid"     // the input makes no sense; correct it
	Refused     Code = "refused"     // a rule forbids it as things stand
	NotFound    Code = "not-found"   // there is no such thing
	Forbidden   Code = "forbidden"   // this reviewer may not; the message says who may
	Stale       Code = "stale"       // it changed since the caller looked; look again
	Unavailable Code = "unavailable" // the store cannot do it now (read-only, full, gone)
	Internal    Code = "internal"    // our own mistake
)

// Error implements error.
func (c Code) Error() string { return string(c) }

// An Error is a failure that a person can read: what and why in Message, what
// to do about it in Hint.
type Error struct {
	Code    Code
	Message string
	Hint    string // what to do; may be empty
	Field   string // the input that is wrong, for Invalid; may be empty
	Cause   error  // may be nil
	Kind    string // what all failures of this kind have in common, to count them by; the message if empty
}

// Error is the message and, in parentheses, the hint.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + " (" + e.Hint + ")"
}

// Unwrap gives errors.Is both the code and the cause.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Code}
	}
	return []error{e.Code, e.Cause}
}

// Errorf makes an Error without a hint.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Or adds what the reader can do about it.
func (e *Error) Or(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// Like says what all failures of e's kind have in common.
func (e *Error) Like(format string, args ...any) *Error {
	e.Kind = fmt.Sprintf(format, args...)
	return e
}

// kindOf is what failures like err are counted by.
func kindOf(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	return cmp.Or(e.Kind, e.Message)
}

// invalid is an Invalid error about one input field.
func invalid(field, format string, args ...any) *Error {
	e := Errorf(Invalid, format, args...)
	e.Field = field
	return e
}

// CodeOf returns the code of err; an error without one is Internal.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	for _, c := range []Code{Invalid, Refused, NotFound, Forbidden, Stale, Unavailable} {
		if errors.Is(err, c) {
			return c
		}
	}
	return Internal
}
