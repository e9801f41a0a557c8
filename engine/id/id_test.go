package id_test

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/id"
)

var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// dice returns chance that is the same for every run.
func dice() *rand.ChaCha8 { return rand.NewChaCha8([32]byte{}) }

// Names are on disk and in other people's systems: their form never changes.
func TestPinnedNames(t *testing.T) {
	zeros, ones := bytes.Repeat([]byte{0}, 10), bytes.Repeat([]byte{0xff}, 10)
	tests := []struct {
		name    string
		when    time.Time
		entropy []byte
		want    []string
	}{
		{"noon", noon, zeros, []string{"pout_01M6BFP5G00000000000000000", "pout_01M6BFP5G00000000000000001"}},
		{"last of its millisecond", noon, ones, []string{"pout_01M6BFP5G0ZZZZZZZZZZZZZZZZ", "pout_01M6BFP5G10000000000000000"}},
		{"the epoch", time.UnixMilli(0), ones, []string{"pout_0000000000ZZZZZZZZZZZZZZZZ"}},
		{"before the epoch", time.UnixMilli(-5), ones, []string{"pout_0000000000ZZZZZZZZZZZZZZZZ"}},
		{"the last moment", time.UnixMilli(1<<48 - 1), ones, []string{"pout_7ZZZZZZZZZZZZZZZZZZZZZZZZZ"}},
		{
			"ULID's own example", time.UnixMilli(1469918176385),
			[]byte{0xd6, 0x76, 0x4c, 0x61, 0xef, 0xb9, 0x93, 0x02, 0xbd, 0x5b},
			[]string{"pout_01ARYZ6S41TSV4RRFFQ69G5FAV"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			source := id.NewSource(at(test.when), bytes.NewReader(test.entropy))
			for _, want := range test.want {
				if got := source.New("pout"); got != want {
					t.Errorf("%s, want %s", got, want)
				}
			}
		})
	}
}

func TestSameChanceSameNames(t *testing.T) {
	a, b := id.NewSource(at(noon), dice()), id.NewSource(at(noon), dice())
	for range 3 {
		if x, y := a.New("pra"), b.New("pra"); x != y {
			t.Fatalf("%s and %s", x, y)
		}
	}
}

func TestEntropyRunningDryPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("made a name without chance")
		}
	}()
	id.NewSource(at(noon), bytes.NewReader(make([]byte, 9))).New("pout")
}

// Whatever the clock does, names are valid and each sorts after the last.
func TestNamesOnlyGoForward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := noon
		entropy := rapid.SampledFrom([][]byte{{0x00}, {0xff}, {0x7f, 0x03}}).Draw(t, "entropy")
		source := id.NewSource(func() time.Time { return now }, cycle(entropy))
		last := source.New("pout")
		for _, step := range rapid.SliceOfN(rapid.Int64Range(-3000, 3000), 1, 50).Draw(t, "steps in µs") {
			now = now.Add(time.Duration(step) * time.Microsecond)
			next := source.New("pout")
			if next <= last {
				t.Fatalf("%s after %s", next, last)
			}
			if err := id.Valid(next); err != nil || len(next) != len("pout_")+26 {
				t.Fatalf("%s: %v", next, err)
			}
			last = next
		}
	})
}

type cycle []byte

func (c cycle) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = c[i%len(c)]
	}
	return len(p), nil
}

func TestConcurrentNamesDiffer(t *testing.T) {
	source := id.NewSource(at(noon), dice())
	names := make(chan string, 800)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				names <- source.New("pout")
			}
		})
	}
	all.Wait()
	close(names)
	seen := make(map[string]bool)
	for name := range names {
		seen[name] = true
	}
	if len(seen) != 800 {
		t.Errorf("%d names, want 800", len(seen))
	}
}

func TestValid(t *testing.T) {
	for _, s := range []string{
		"a", "pout_01M6BFP5G00000000000000000", "c-1", "a.b~c@d_E-9", strings.Repeat("x", 50),
	} {
		if err := id.Valid(s); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	}
	refused := map[string]string{
		"":                      "an id is missing",
		strings.Repeat("x", 51): "an id of 51 bytes is too long (at most 50)",
		"a b":                   `id "a b" has U+0020 at character 2`,
		"a/b":                   "U+002F",
		"é":                     `id "\u00e9" has U+00E9 at character 1`,
		"ab\n":                  "U+000A at character 3",
		"a\x1b[2J":              `"a\x1b[2J"`,
		"a\xff":                 "U+FFFD at character 2",
		"٣":                     "U+0663",
	}
	for s, says := range refused {
		if err := id.Valid(s); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %s", s, err, says)
		}
	}
}

func TestShort(t *testing.T) {
	for s, want := range map[string]string{
		"pout_req_0YVDMDE2BMC6KBB5MX76RF6T80": "RF6T80",
		"c-1":                                 "c-1",
		"":                                    "",
		"äöüäöüß":                             "öüäöüß",
	} {
		if got := id.Short(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

// The rule as the API documents it.
var pattern = regexp.MustCompile(`\A[@~\-.\w]{1,50}\z`)

func FuzzValid(f *testing.F) {
	seeds := []string{"", "c-1", "a b", "pout_01M6BFP5G00000000000000000", "\xff", "a\n", "~@._-", strings.Repeat("y", 51)}
	for _, s := range slices.Concat(seeds, []string{"ſ", "K", "\u202e"}) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		err := id.Valid(s)
		if (err == nil) != pattern.MatchString(s) {
			t.Fatalf("%q: %v", s, err)
		}
		if err != nil && regexp.MustCompile(`[^ -~]`).MatchString(err.Error()) {
			t.Errorf("%q is not plain ASCII", err)
		}
	})
}
