package main

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

// everyCommand hands on the commands that do something.
func everyCommand(cmd *cobra.Command, see func(*cobra.Command)) {
	if !cmd.HasSubCommands() {
		see(cmd)
	}
	for _, c := range cmd.Commands() {
		everyCommand(c, see)
	}
}

func tree() *cobra.Command {
	a := &app{env: func(string) string { return "" }, out: io.Discard, err: io.Discard}
	return a.root()
}

func TestEveryCommandTellsHowItIsUsed(t *testing.T) {
	seen := map[string]bool{}
	everyCommand(tree(), func(cmd *cobra.Command) {
		path := cmd.CommandPath()
		if seen[path] {
			t.Errorf("%s is there twice", path)
		}
		seen[path] = true
		switch {
		case cmd.Short == "" || strings.HasSuffix(cmd.Short, "."):
			t.Errorf("%s: short is %q", path, cmd.Short)
		case cmd.Example == "":
			t.Errorf("%s has no example", path)
		case cmd.Args == nil:
			t.Errorf("%s takes any arguments", path)
		}
		for line := range strings.SplitSeq(cmd.Short+"\n"+cmd.Long+"\n"+cmd.Example, "\n") {
			if len([]rune(line)) > 110 {
				t.Errorf("%s: a line of help is too long: %s", path, line)
			}
		}
	})
	if len(seen) < 50 {
		t.Errorf("only %d commands", len(seen))
	}
}

// shellWord is a word of a command line, as a shell sees it.
var shellWord = regexp.MustCompile(`'[^']*'|[^\s']+`)

// The examples are commands that exist, with flags that they have and mean
// something to them.
func TestExamplesAreCommands(t *testing.T) {
	everyCommand(tree(), func(cmd *cobra.Command) {
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			line, _, _ = strings.Cut(line, " #")
			line, _, _ = strings.Cut(line, " >")
			line, _, _ = strings.Cut(line, " <")
			for part := range strings.SplitSeq(line, " | ") {
				words := shellWord.FindAllString(part, -1)
				if len(words) == 0 || words[0] != "purser" {
					continue
				}
				for i := range words {
					words[i] = strings.Trim(words[i], "'")
				}
				tryExample(t, part, words[1:])
			}
		}
	})
}

func tryExample(t *testing.T, line string, words []string) {
	t.Helper()
	a := &app{env: func(string) string { return "" }, out: io.Discard, err: io.Discard}
	cmd, rest, err := a.root().Find(words)
	if err != nil {
		t.Errorf("%s: %v", line, err)
		return
	}
	if err := cmd.ParseFlags(rest); err != nil {
		t.Errorf("%s: %v", line, err)
		return
	}
	if err := a.flags.check(cmd); err != nil {
		t.Errorf("%s: %v", line, err)
	}
	if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
		t.Errorf("%s: %v", line, err)
	}
}

// Commands that change something can be tried, and repeated under a key.
func TestChangesCanBeTried(t *testing.T) {
	readers := []string{"list", "show", "preview", "runs", "rows", "timeline", "plan", "instruments", "verify", "lookup", "config", "statements", "open"}
	alone := []string{"purser init", "purser work", "purser doctor", "purser version", "purser demo", "purser actions", "purser console", "purser metrics", "purser attention"}
	everyCommand(tree(), func(cmd *cobra.Command) {
		if slices.Contains(readers, cmd.Name()) || slices.Contains(questions, cmd.Name()) || slices.Contains(alone, cmd.CommandPath()) || cmd.Parent().Name() == "completion" {
			return
		}
		switch {
		case cmd.Parent().Name() == "export", cmd.Name() == "export":
			return
		case cmd.Parent().Name() == "import", cmd.Name() == "import": // each row is its own key
			if !obeys(cmd, "dry-run") {
				t.Errorf("%s has no dry run", cmd.CommandPath())
			}
			return
		}
		if !obeys(cmd, "dry-run") || !obeys(cmd, "key") {
			t.Errorf("%s has no dry run or no key", cmd.CommandPath())
		}
	})
}

// questions are commands on routing and rates that change nothing.
var questions = []string{"quote", "revisions", "test"}

func runIt(args ...string) (status int, out, said string) {
	var stdout, stderr bytes.Buffer
	status = run(args, strings.NewReader(""), &stdout, &stderr, func(string) string { return "" })
	return status, stdout.String(), stderr.String()
}

// The flags that the console has without a command are told with the program's.
func TestHelpTellsOfTheConsole(t *testing.T) {
	_, out, _ := runIt("--help")
	for _, flag := range []string{"--plain", "--config FILE", "--view NAME", "--theme NAME", "--store FILE"} {
		if strings.Count(out, flag) != 1 {
			t.Errorf("%s is told %d times:\n%s", flag, strings.Count(out, flag), out)
		}
	}
}

func TestHugeArgumentsAreRefused(t *testing.T) {
	huge := strings.Repeat("9", 10<<20)
	for _, args := range [][]string{
		{huge},
		{"request", "show", huge},
		{"request", "create", "--amount", huge},
		{"request", "list", "--filter=" + huge},
	} {
		status, out, said := runIt(args...)
		if status != exitUsage || out != "" || len(said) > 200 {
			t.Errorf("status %d, %d bytes of output, said %.200q", status, len(out), said)
		}
	}
}

func TestLongAndStrangeArgumentsAreToldBriefly(t *testing.T) {
	for _, args := range [][]string{
		{strings.Repeat("x", 60_000)},
		{"request", strings.Repeat("\x1b[2J", 10_000)},
		{"request", "show", "-o", strings.Repeat("\n", 60_000)},
		{"request", "list", "--mode", "\x1b]0;owned\a"},
		{"request", "show", "a", strings.Repeat("é", 30_000)},
	} {
		status, _, said := runIt(args...)
		if status != exitUsage || len(said) > 5_000 || strings.ContainsAny(said, "\x1b\a") || strings.Count(said, "\n") != 1 {
			t.Errorf("status %d, said %.300q", status, said)
		}
	}
}

func TestStatuses(t *testing.T) {
	for code, want := range map[error]int{
		nil: 0, engine.Internal: 1, engine.Unavailable: 1, engine.Invalid: 2, engine.Refused: 3,
		engine.NotFound: 4, engine.Forbidden: 5, engine.Stale: 6, io.EOF: 1,
	} {
		if got := statusOf(code); got != want {
			t.Errorf("%v: status %d, want %d", code, got, want)
		}
	}
}

func TestCaretStandsUnderTheFault(t *testing.T) {
	sixty := strings.Repeat("a", 60)
	for expr, want := range map[string]string{
		"status:redy":                  "  status:redy\n         ^\n",
		"世界 status:redy":               "  世界 status:redy\n              ^\n",
		"a\tb status:redy":             "  a b status:redy\n             ^\n",
		"amount:":                      "  amount:\n         ^\n",
		"far " + sixty + " id:,":       "  " + sixty[:56] + " id:,\n" + strings.Repeat(" ", 62) + "^\n",
		"staus:x " + sixty + " beyond": "  staus:x " + sixty[:52] + "\n  ^\n",
	} {
		var unread unreadFilter
		if _, err := parseFilter(expr, time.Unix(0, 0)); !errors.As(err, &unread) {
			t.Errorf("%q: %v", expr, err)
		} else if got := unread.caret(); got != want {
			t.Errorf("%q:\n%q, want\n%q", expr, got, want)
		}
	}
}
