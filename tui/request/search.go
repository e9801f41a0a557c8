package request

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/form"
	"github.com/purserhq/purser/tui/screen"
)

// A search narrows the timeline to the events that hold all of its words.
type search struct {
	prompt form.Prompt
	typing bool
	typed  text.Safe
}

func (s *search) start() {
	s.typing = true
	s.prompt.Label = "/ "
	s.prompt.Note = "enter keeps it  esc restores"
	s.prompt.Open(s.typed)
}

// key gives a key to what is being typed and reports whether it took it.
func (s *search) key(k tea.KeyMsg) bool {
	if !s.typing {
		if k.Type == tea.KeyEsc && s.typed != "" {
			s.typed = ""
			return true
		}
		return false
	}
	if s.prompt.Key(k) != form.Stay {
		s.typing = false
	}
	s.typed = text.Line(s.prompt.Value())
	return true
}

// shown reports whether it takes a line of the screen.
func (s *search) shown() bool { return s.typing || s.typed != "" }

// finds reports whether an event holds every word.
func (s *search) finds(e engine.Event, d engine.Dossier) bool {
	all := strings.ToLower(string(text.Line(string(e.By)) + " " + text.Line(string(e.Door)) + " " +
		text.Line(e.Type) + " " + screen.What(e, d)))
	for word := range strings.FieldsSeq(strings.ToLower(string(s.typed))) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}
