package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/purserhq/purser/connectors/manual"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/clock"
	"github.com/purserhq/purser/engine/id"
	"github.com/purserhq/purser/storage"
)

// An app is one run of the program. Its store and engine are opened by the
// first command that needs them.
type app struct {
	in      io.Reader
	out     io.Writer
	err     io.Writer
	env     func(string) string
	flags   globals
	sitting sitting

	store   storage.Store
	engine  *engine.Engine
	config  *engine.Config
	sandbox *provider
	user    string // the operating system's
}

// longestArgument bounds one argument of the command line, in bytes: nothing
// that a person or a script means is longer.
const longestArgument = 1 << 16

// run carries out one command line and returns the exit status.
func run(args []string, in io.Reader, out, err io.Writer, env func(string) string) (status int) {
	a := &app{in: in, out: out, err: err, env: env, user: systemUser(env)}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	defer func() {
		if failure := recover(); failure != nil {
			status = a.fail(engine.Errorf(engine.Internal, "a mistake of ours: %v", failure).
				Or("please report it with the command that you gave"))
		}
	}()
	for i, arg := range args {
		if len(arg) > longestArgument {
			return a.fail(engine.Errorf(engine.Invalid, "argument %d has %d bytes; at most %d can be",
				i+1, len(arg), longestArgument))
		}
	}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(err)
	failure := root.ExecuteContext(ctx)
	if closing := a.close(); failure == nil {
		failure = closing
	}
	if ctx.Err() != nil && errors.Is(failure, context.Canceled) {
		failure = errInterrupted
	}
	return a.fail(failure)
}

// systemUser is who the operating system says is there, without a domain.
func systemUser(env func(string) string) string {
	name := env("USER")
	if current, err := user.Current(); err == nil {
		name = current.Username
	}
	return name[strings.LastIndexByte(name, '\\')+1:]
}

// dsn is which store is meant.
func (a *app) dsn() (string, error) {
	if named := cmp.Or(a.flags.store, a.env("PURSER_STORE")); named != "" {
		return named, nil
	}
	data := a.env("XDG_DATA_HOME")
	if !filepath.IsAbs(data) { // relative ones do not count
		home, err := os.UserHomeDir()
		if err != nil {
			return "", engine.Errorf(engine.Invalid, "which store is not said").Or("name it with --store or PURSER_STORE")
		}
		data = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(data, "purser", "purser.db"), nil
}

// as is who acts.
func (a *app) as() engine.ReviewerID {
	return engine.ReviewerID(cmp.Or(a.flags.as, a.env("PURSER_AS"), a.user))
}

// caller is who asks for a change, and how.
func (a *app) caller() engine.Caller {
	return engine.Caller{
		By: a.as(), Door: engine.DoorCLI, OSUser: a.user, Key: a.flags.key, DryRun: a.flags.dryRun,
	}
}

// open opens the store and an engine on it.
func (a *app) open(ctx context.Context, o storage.Options) error {
	dsn, err := a.dsn()
	if err != nil {
		return err
	}
	if a.store, err = storage.Open(ctx, dsn, o); err != nil {
		return err
	}
	a.sandbox = &provider{path: dsn + ".sandbox"}
	system := clock.System{}
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	a.engine = engine.New(a.store, engine.World{
		Clock: system, IDs: id.NewSource(system.Now, rand.Reader),
		Gateways: map[string]engine.Gateway{"sandbox": a.sandbox, "manual": manual.Gateway{}},
		Worker:   fmt.Sprintf("%s:%d", host, os.Getpid()),
	})
	return nil
}

// desk opens a store that was made into a desk.
func (a *app) desk(ctx context.Context) error {
	if err := a.open(ctx, storage.Options{}); err != nil {
		return err
	}
	_, err := a.engine.Organisation(ctx)
	if engine.CodeOf(err) == engine.NotFound {
		return engine.Errorf(engine.NotFound, "the store is empty").Or("purser init makes it a desk")
	}
	if err != nil {
		return err
	}
	a.config, err = a.engine.Config(ctx)
	return err
}

// enter opens the desk for a reviewer, who has to be one of its own even to
// look at it.
func (a *app) enter(ctx context.Context) (engine.Reviewer, error) {
	if err := a.desk(ctx); err != nil {
		return engine.Reviewer{}, err
	}
	return a.engine.Reviewer(ctx, a.as())
}

func (a *app) close() error {
	if a.store == nil {
		return nil
	}
	err := a.store.Close()
	if closing := a.sandbox.Close(); err == nil {
		err = closing
	}
	return err
}

// mode is the one that was asked for, else the only one that points have, else
// live.
func (a *app) mode() engine.Mode {
	if a.flags.mode != "" {
		return engine.Mode(a.flags.mode)
	}
	modes := map[engine.Mode]bool{}
	for _, p := range a.config.Points {
		modes[p.Mode] = true
	}
	if len(modes) == 1 && modes[engine.ModeTest] {
		return engine.ModeTest
	}
	return engine.ModeLive
}
