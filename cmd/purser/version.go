package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Say which purser this is",
		Example: `  purser version`,
		Args:    takes(),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.out, version())
			return err
		},
	}
}

// version is what the go command knows of this build.
func version() string {
	release, commit, changed := "unknown", "", ""
	if build, ok := debug.ReadBuildInfo(); ok {
		release = build.Main.Version
		for _, s := range build.Settings {
			switch {
			case s.Key == "vcs.revision":
				commit = ", commit " + s.Value[:min(len(s.Value), 12)]
			case s.Key == "vcs.modified" && s.Value == "true":
				changed = " and changes"
			}
		}
	}
	return fmt.Sprintf("purser %s%s%s, %s %s/%s",
		release, commit, changed, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
