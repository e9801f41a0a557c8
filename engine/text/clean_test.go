package text_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/purserhq/purser/engine/text"
)

func TestClean(t *testing.T) {
	const marks8 = "\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308"
	tests := []struct{ name, in, clean, line string }{
		{"nothing", "", "", ""},
		{"plain", "Sample Customer 12", "Sample Customer 12", "Sample Customer 12"},
		{"clipboard attack", "Bob\x1b]52;c;aGFja2Vk\a", "Bob␛]52;c;aGFja2Vk␇", "Bob␛]52;c;aGFja2Vk␇"},
		{"cursor up and erase", "\x1b[3A\x1b[2K", "␛[3A␛[2K", "␛[3A␛[2K"},
		{"first and last of C0", "\x00\x1f", "␀␟", "␀␟"},
		{"two lines", "a\r\nb\tc", "a␍␊b␉c", "a  b c"},
		{"other line ends", "a\v\f\u0085\u2028\u2029b", "a␋␌���b", "a     b"},
		{"delete", "a\x7fb", "a␡b", "a␡b"},
		{"C1", "\u0080\u009b31m\u009f", "��31m�", "��31m�"},
		{"no UTF-8", "a\xffb\xc3", "a�b�", "a�b�"},
		{"half a surrogate", "\xed\xa0\x80", "���", "���"},
		{"overlong slash", "\xc0\xaf", "��", "��"},
		{"a replacement somebody wrote", "a\ufffdb", "a\ufffdb", "a\ufffdb"},
		{"right-to-left override", "invoice\u202egpj.exe", "invoice�gpj.exe", "invoice�gpj.exe"},
		{"isolates and marks", "\u061c\u200e\u200f\u2066\u2069", "�����", "�����"},
		{"zero width", "pay\u200bpal\ufeff\u2060\u00ad\u180e", "pay�pal����", "pay�pal����"},
		{"tags", "\U000e0041\U000e007f", "��", "��"},
		{"private use", "\ue000\uf8ff\U000f0000\U0010fffd", "����", "����"},
		{"no characters", "\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0010ffff", "������", "������"},
		{"umlauts", "Zoë Müller", "Zoë Müller", "Zoë Müller"},
		{"Chinese", "張偉", "張偉", "張偉"},
		{"Arabic", "محمد علي", "محمد علي", "محمد علي"},
		{"Arabic number sign", "\u0600١٢", "\u0600١٢", "\u0600١٢"},
		{"Persian, with a non-joiner", "علی\u200cرضا", "علی\u200cرضا", "علی\u200cرضا"},
		{"Devanagari", "श्री कृष्ण", "श्री कृष्ण", "श्री कृष्ण"},
		{"a family", "👩\u200d👩\u200d👧\u200d👦", "👩\u200d👩\u200d👧\u200d👦", "👩\u200d👩\u200d👧\u200d👦"},
		{"a flag and a keycap", "🇩🇪 1\ufe0f\u20e3", "🇩🇪 1\ufe0f\u20e3", "🇩🇪 1\ufe0f\u20e3"},
		{"eight marks", "a" + marks8 + "b", "a" + marks8 + "b", "a" + marks8 + "b"},
		{"a ninth", "a" + marks8 + "\u0309b\u0301", "a" + marks8 + "b\u0301", "a" + marks8 + "b\u0301"},
		{"marks on nothing", strings.Repeat("\u0489", 50), strings.Repeat("\u0489", 8), strings.Repeat("\u0489", 8)},
		{"marks behind joiners", "a" + marks8 + "\u200d" + marks8, "a" + marks8, "a" + marks8},
		{"marks on a replacement", "\x1b" + marks8 + "\u0301", "␛" + marks8, "␛" + marks8},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := text.Clean(test.in); string(got) != test.clean {
				t.Errorf("Clean: %+q, want %+q", got, test.clean)
			}
			if got := text.Line(test.in); string(got) != test.line {
				t.Errorf("Line: %+q, want %+q", got, test.line)
			}
		})
	}
}

func TestHasControl(t *testing.T) {
	for s, want := range map[string]bool{
		"": false, "Sample Customer 12": false, "Zoë": false, "a\ufffdb": false, "علی\u200cرضا": false, "e\u0301": false,
		"a\x1b": true, "two\nlines": true, "\x7f": true, "é\u009b": true, "a\u202e": true, "\xff": true, "\ue000": true,
	} {
		if got := text.HasControl(s); got != want {
			t.Errorf("%+q: %v, want %v", s, got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, s := range []string{
		"", "Zoë Müller", "1234567890", "👩\u200d👩\u200d👧", "علی\u200cرضا", "張偉張偉張偉張偉",
	} {
		if err := text.Check("name", s, 10); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	}
	for s, want := range map[string]string{
		"123456789":  "name has 9 characters (at most 8)",
		"Zoë\x1b[2J": "name holds U+001B at character 4, which cannot be shown (remove it)",
		"a\u202eb":   "name holds U+202E at character 2, which cannot be shown (remove it)",
		"a\u200bb":   "name holds U+200B at character 2, which cannot be shown (remove it)",
		"a\nb":       "name holds U+000A at character 2, which cannot be shown (remove it)",
		"é\xe9":      "name is no valid UTF-8: byte 0xE9 at character 2 (send it as UTF-8)",
	} {
		if err := text.Check("name", s, 8); err == nil || err.Error() != want {
			t.Errorf("%+q: %v, want %s", s, err, want)
		}
	}
}

// What passes Check is shown as it is, unless it piles up marks.
func TestCheckedTextStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hostile().Draw(t, "text")
		err := text.Check("name", s, 1000)
		if (err == nil) == text.HasControl(s) {
			t.Fatalf("%+q: %v, though HasControl is %v", s, err, text.HasControl(s))
		}
		if err == nil && !strings.ContainsFunc(s, mark) && string(text.Clean(s)) != s {
			t.Fatalf("%+q became %+q", s, text.Clean(s))
		}
	})
}

func TestCleanTextIsSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hostile().Draw(t, "text")
		requireSafe(t, s)
	})
}

// hostile draws text with more of the unpleasant kind than chance would.
func hostile() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom([]string{
			"\x1b[2J", "\r\n", "\t", "\x7f", "\u009b", "\xff", "\xed\xa0\x80", "\u202e", "\u2066", "\u200b", "\u200d",
			"\u200c", "\ufeff", "\u2028", "\ue000", "\U000e0041", "\ufffe", "e", "\u0301", "\u0489\u0489\u0489", "\ufe0f",
		}),
	)
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(piece, 0, 20).Draw(t, "pieces"), "")
	})
}

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// requireSafe says in other words what Clean and Line promise of s.
func requireSafe(t failer, s string) {
	t.Helper()
	for name, clean := range map[string]func(string) text.Safe{"Clean": text.Clean, "Line": text.Line} {
		got := string(clean(s))
		if !utf8.ValidString(got) {
			t.Fatalf("%s: %+q is no UTF-8", name, got)
		}
		if again := string(clean(got)); again != got {
			t.Fatalf("%s: %+q became %+q and then %+q", name, s, got, again)
		}
		if text.HasControl(got) {
			t.Fatalf("%s: %+q has controls", name, got)
		}
		marks := 0
		for _, r := range got {
			if marks++; !mark(r) {
				marks = 0
			}
			if marks > 8 {
				t.Fatalf("%s: %+q has %d marks on one character", name, got, marks)
			}
			if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) {
				t.Fatalf("%s: %+q holds %U", name, got, r)
			}
		}
	}
}

func mark(r rune) bool {
	return unicode.IsMark(r) || r == '\u200d' || r == '\u200c'
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{
		"", "Sample Customer 12", "Bob\x1b]52;c;aGFja2Vk\a", "\u202e\u2066", "\xff\xfe", "e\u0301\u0301", "علی\u200cرضا",
		"👩\u200d👩\u200d👧", "\U000e0041", "\r\n\u0085\u2028", strings.Repeat("\u0489", 30), "a\u200d\u0301\u200d",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { requireSafe(t, s) })
}

// Text that needs no cleaning is returned as it is, without a copy.
func TestCleanTextIsNotCopied(t *testing.T) {
	for _, s := range []string{"Sample Customer 12", "Zoë Müller", "張偉", "👩\u200d👩\u200d👧\u200d👦", "Jose\u0301"} {
		if n := testing.AllocsPerRun(10, func() { text.Clean(s) }); n != 0 {
			t.Errorf("%s: %v allocations", s, n)
		}
	}
}

var sink text.Safe

func BenchmarkClean(b *testing.B) {
	for name, s := range map[string]string{
		"ascii":   "Sample Customer 12 <c12@example.com>",
		"latin":   "Zoë Müller, Straße 12, Zürich",
		"wide":    "張偉 金秀賢 さくら",
		"hostile": "Bob\x1b]52;c;aGFja2Vk\a\u202e\xff",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sink = text.Clean(s)
			}
		})
	}
}
