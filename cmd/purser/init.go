package main

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/storage"
)

// A deskMade is what init answers with.
type deskMade struct {
	ID          string    `json:"id"` // of the organisation
	CreatedTime time.Time `json:"createdTime"`
}

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "init",
		Short:   "Make a store; whoever does is its first admin",
		Example: `  purser init --store desk.db --as admin1`,
		Args:    takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			dsn, err := a.dsn()
			if err != nil {
				return err
			}
			_, before := os.Stat(dsn)
			if err := a.open(cmd.Context(), storage.Options{Create: true}); err != nil {
				return err
			}
			organisation, err := a.engine.Init(cmd.Context(), a.caller())
			if errors.Is(before, fs.ErrNotExist) && err != nil {
				return errors.Join(err, a.unmake(dsn))
			}
			if err != nil {
				return err
			}
			kind := kind[deskMade]{
				id:  func(d deskMade) string { return d.ID },
				csv: []string{"id", "createdTime"},
			}
			made := deskMade{organisation.ID, organisation.CreatedAt}
			return done(a, kind, made, "made the store %s; %s is its admin", dsn, a.as())
		},
	}
}

// unmake takes a store away that was just made and did not become a desk.
func (a *app) unmake(dsn string) error {
	err := a.close()
	a.store = nil
	for _, file := range []string{dsn, dsn + "-wal", dsn + "-shm"} {
		if removing := os.Remove(file); !errors.Is(removing, fs.ErrNotExist) {
			err = errors.Join(err, removing)
		}
	}
	return err
}
