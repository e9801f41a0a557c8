package main

import (
	"strings"
	"testing"

	"github.com/purserhq/purser/tui"
)

// The command line that the console names for an action is one that exists.
func TestActionsHaveCommands(t *testing.T) {
	actions, err := tui.Actions(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range actions {
		if x.CLI == "" {
			continue
		}
		words := strings.Fields(x.CLI)
		cmd, rest, err := tree().Find(words)
		if err != nil || !cmd.HasParent() || cmd.HasSubCommands() {
			t.Errorf("%s: there is no command %q", x.ID, x.CLI)
			continue
		}
		if err := cmd.ParseFlags(rest); err != nil && !strings.Contains(err.Error(), "needs an argument") {
			t.Errorf("%s: %s: %v", x.ID, x.CLI, err)
		}
	}
}

func TestActions(t *testing.T) {
	status, out, said := runIt("actions")
	if status != exitDone || said != "" || !strings.Contains(out, "approve") || !strings.Contains(out, "purser request approve") {
		t.Errorf("status %d, said %q, out\n%s", status, said, out)
	}
}
