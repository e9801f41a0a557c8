package main

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite" // for those who tamper with a store
)

// The scripts run this test binary as purser, and as a jq that knows as much
// as they need.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"purser": main, "jq": jq})
}

// TestScripts runs the program as its users do: one story per file.
func TestScripts(t *testing.T) {
	desk, err := os.ReadFile(filepath.Join("testdata", "desk.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, session, _ := strings.Cut(string(readme), "```sh\n")
	session, _, found := strings.Cut(session, "```")
	if !found {
		t.Fatal("the README has no session")
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("PURSER_STORE", "desk.db")
			e.Setenv("PURSER_AS", "admin1")
			err := os.WriteFile(filepath.Join(e.WorkDir, "readme.sh"), []byte("set -e\n"+session), 0o600)
			return errors.Join(err, os.WriteFile(filepath.Join(e.WorkDir, "desk.yaml"), desk, 0o600))
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits, "capture": capture, "ending": ending, "desk": newDesk, "tamper": tamper,
		},
	})
}

// exits runs a program that has to end with a status: exits 3 purser ….
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	var exit *exec.ExitError
	got := 0
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("it ended with status %d, want %d", got, want)
	}
}

// capture keeps what the last program wrote in a variable: capture R.
func capture(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}

// ending keeps the end of an id in a variable: ending $R END.
func ending(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[1], args[0][len(args[0])-8:])
}

// newDesk makes a desk with a customer c-1, who has an instrument $I.
func newDesk(ts *testscript.TestScript, _ bool, _ []string) {
	for _, command := range []string{
		"init",
		"apply -f desk.yaml --yes",
		"customer create --reference c-1 --name Sample --email c1@example.com --country US",
		"instrument create --customer c-1 --service test_usd --field account=587964 --as rev1 -o id",
	} {
		ts.Check(ts.Exec("purser", strings.Fields(command)...))
	}
	capture(ts, false, []string{"I"})
	ts.Check(ts.Exec("purser", "instrument", "verify", ts.Getenv("I")))
}

// tamper changes the store behind the program's back: tamper 'UPDATE …'.
func tamper(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs("desk.db"))
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(args[0])
	ts.Check(err)
}

// jq prints a property of the JSON on stdin, as jq -r .property does.
func jq() {
	if len(os.Args) != 3 || os.Args[1] != "-r" || !strings.HasPrefix(os.Args[2], ".") {
		fmt.Fprintln(os.Stderr, "usage: jq -r .property")
		os.Exit(2)
	}
	decoder := json.NewDecoder(os.Stdin)
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		fmt.Fprintln(os.Stderr, "jq:", err)
		os.Exit(1)
	}
	fmt.Println(object[os.Args[2][1:]])
}
