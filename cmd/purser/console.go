package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/muesli/termenv"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/purserhq/purser/cmd/demo"
	"github.com/purserhq/purser/cmd/runner"
	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/tui"
	"github.com/purserhq/purser/tui/theme"
)

// A sitting is how somebody wants to sit down at the console.
type sitting struct {
	view    string
	request string
	theme   string
	config  string
	noWork  bool
	plain   bool
}

// consoleFlags are those of purser without a command.
func (a *app) consoleFlags(root *cobra.Command) {
	f := root.Flags()
	f.StringVar(&a.sitting.view, "view", "", "open the console at the view `NAME`")
	f.StringVar(&a.sitting.request, "request", "", "open the console at the request `ID`")
	f.BoolVar(&a.sitting.noWork, "no-work", false, "leave payouts and clocks to other processes")
	a.seatFlags(root)
}

// seatFlags are those of every command that shows the console.
func (a *app) seatFlags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.sitting.plain, "plain", false,
		"talk line by line, for screen readers: sentences, numbers, no boxes")
	cmd.Flags().StringVar(&a.sitting.config, "config", "",
		"how you like to work: a `FILE` of keys, theme and mouse (default purser/config.yaml in $XDG_CONFIG_HOME)")
	cmd.Flags().StringVar(&a.sitting.theme, "theme", "",
		"`NAME` of the colours: auto, dark, light, mono or high (PURSER_THEME; default auto)")
	complete(cmd, "theme", theme.Names())
}

// console shows the console on the store, and does a worker's share meanwhile.
func (a *app) console(ctx context.Context) error {
	if err := a.atTerminal(); err != nil {
		return err
	}
	who, err := a.enter(ctx)
	if err != nil {
		return err
	}
	o, err := a.seat(a.engine, who.ID)
	if err != nil {
		return err
	}
	o.Mode, o.ReadOnly = a.mode(), a.store.ReadOnly()
	if a.sitting.view != "" {
		v, err := a.engine.View(ctx, who.ID, a.sitting.view)
		if err != nil {
			return err
		}
		o.View = v.Slug()
	}
	if a.sitting.request != "" {
		id, err := a.engine.FindID(ctx, engine.KindRequest, a.sitting.request)
		if err != nil {
			return err
		}
		o.Request = engine.RequestID(id)
	}
	ctx, leave := context.WithCancel(ctx)
	var working sync.WaitGroup
	if !a.sitting.noWork && o.ReadOnly == "" && who.Role.AtLeast(engine.RoleSupport) {
		working.Go(func() { runner.Run(ctx, a.engine.Steps(), runner.Options{Leaving: a.stopping}) })
	}
	err = a.show(ctx, o)
	leave()
	working.Wait()
	return err
}

// sitDown shows the console on a demo's desk until it is left.
func (a *app) sitDown(ctx context.Context, desk *demo.Desk) error {
	if err := a.atTerminal(); err != nil {
		return err
	}
	o, err := a.seat(desk.Engine, engine.ReviewerID(cmp.Or(a.flags.as, string(demo.You))))
	if err != nil {
		return err
	}
	o.MayBecome, o.Teach = true, true
	return a.show(ctx, o)
}

// seat is what every console of this machine has in common.
func (a *app) seat(e *engine.Engine, who engine.ReviewerID) (tui.Options, error) {
	prefers, err := a.preferences()
	if err != nil {
		return tui.Options{}, err
	}
	o := tui.Options{
		Keys: prefers.Console.Keys, Stays: prefers.Console.After == "stay", Mouse: prefers.Console.Mouse,
		Engine: e,
		Caller: engine.Caller{By: who, Door: engine.DoorConsole, OSUser: a.user},
		Theme: theme.Name(cmp.Or(a.sitting.theme, a.env("PURSER_THEME"),
			string(prefers.Console.Theme), string(theme.Auto))),
		Profile:    termenv.NewOutput(os.Stdout).EnvColorProfile(),
		Local:      true,
		CreateFile: a.createFile,
		OpenFile:   a.openFile,
		Columns:    a.remembered().Columns,
		KeepColumns: func(columns map[string][]string) error {
			return a.remember(remembered{Columns: columns})
		},
	}
	if !slices.Contains(theme.Names(), o.Theme) {
		return o, engine.Errorf(engine.Invalid, "there is no theme %q", o.Theme).
			Or("themes: %s", strings.Trim(fmt.Sprint(theme.Names()), "[]"))
	}
	return o, nil
}

// spareMemory is for how much garbage there is room, in percent of what is in
// use: little, for a terminal may be one of many. A fixed limit would have Go
// collect without end once that much is really needed.
const spareMemory = 25

// show shows the console, or talks.
func (a *app) show(ctx context.Context, o tui.Options) error {
	if a.sitting.plain {
		o.In, o.Out = a.in, a.out
		return tui.RunPlain(ctx, o)
	}
	debug.SetGCPercent(spareMemory)
	return tui.Run(ctx, o)
}

// atTerminal refuses to draw where nobody sees it; talking needs no terminal.
func (a *app) atTerminal() error {
	if a.sitting.plain {
		return nil
	}
	for _, end := range []any{a.in, a.out} {
		if file, ok := end.(*os.File); !ok || !term.IsTerminal(int(file.Fd())) {
			return engine.Errorf(engine.Invalid, "the console needs a terminal").
				Or("purser request list works without one; purser --help tells the rest")
		}
	}
	return nil
}
