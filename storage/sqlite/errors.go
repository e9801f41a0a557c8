package sqlite

import (
	"errors"
	"fmt"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// explain turns what SQLite says into what a person can do about it.
func explain(err error) error {
	var e *native.Error
	if !errors.As(err, &e) {
		return err
	}
	because := func(message, hint string) error {
		return &engine.Error{Code: engine.Unavailable, Message: message, Hint: hint, Cause: err}
	}
	switch e.Primary() {
	case native.Full:
		return because("the disk that holds the store is full; nothing was changed",
			"free some space and try again")
	case native.ReadOnlyDB:
		return because("the store can only be read; nothing was changed",
			"check who owns its file and its folder")
	case native.Busy:
		return because("another process keeps the store busy", "try again")
	case native.IOError:
		return because("the disk that holds the store failed",
			"check the disk, then start again; what was acknowledged is there")
	case native.Corrupt, native.NotADB:
		return because("the store's file is damaged",
			"stop everything that writes to it, keep a copy of the file, and restore a backup")
	case native.CantOpen:
		return because("the store's file cannot be opened", "check that it exists and who may read it")
	}
	return &engine.Error{Code: engine.Internal, Message: "the store failed: " + err.Error(), Cause: err}
}

// explainWrite is explain for the write of a thing, which the store's rules may
// have refused.
func explainWrite(err error, kind, id string) error {
	var e *native.Error
	if !errors.As(err, &e) || e.Primary() != native.Constraint {
		return explain(err)
	}
	if e.Code == native.NotUnique || e.Code == native.NotPrimary {
		return &engine.Error{
			Code:    engine.Refused,
			Message: fmt.Sprintf("%s %s: there is one like it already", kind, id),
			Hint:    "look for the one that has its id or reference",
			Cause:   err,
		}
	}
	return &engine.Error{
		Code:    engine.Internal,
		Message: fmt.Sprintf("%s %s: %s", kind, id, e.Message),
		Cause:   err,
	}
}
