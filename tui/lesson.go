package tui

import (
	"github.com/purserhq/purser/engine/text"
	"github.com/purserhq/purser/tui/canvas"
	"github.com/purserhq/purser/tui/keys"
	"github.com/purserhq/purser/tui/screen"
	"github.com/purserhq/purser/tui/theme"
)

// A lesson teaches the first keys, each until it was used.
type lesson struct{ left []taught }

type taught struct {
	action    keys.ID
	key, name text.Safe
}

// newLesson teaches the keys that the actions have here.
func newLesson(teach bool, c *keys.Catalogue) lesson {
	if !teach {
		return lesson{}
	}
	var l lesson
	for _, t := range []taught{
		{screen.Down, c.Label(screen.Down) + " " + c.Label(screen.Up), "move"},
		{screen.Open, c.Label(screen.Open), "open"},
		{screen.Approve, c.Label(screen.Approve) + " enter", "approve"},
		{screen.Filter, c.Label(screen.Filter), "filter"},
		{screen.Help, c.Label(screen.Help), "all keys"},
	} {
		if c.Label(t.action) != "" {
			l.left = append(l.left, t)
		}
	}
	return l
}

// used strikes out what somebody can do by now.
func (l *lesson) used(a keys.ID) {
	if a == screen.Up {
		a = screen.Down
	}
	var left []taught
	for _, t := range l.left {
		if t.action != a {
			left = append(left, t)
		}
	}
	l.left = left
}

// spans are as many of the keys as there is room for.
func (l lesson) spans(width int) []canvas.Span {
	if len(l.left) == 0 {
		return nil
	}
	spans := []canvas.Span{{Text: "first keys: ", Style: theme.Muted}}
	for i, t := range l.left {
		next := []canvas.Span{{Text: t.key, Style: theme.Key}, {Text: " " + t.name}}
		if i > 0 {
			next = append([]canvas.Span{{Text: " · ", Style: theme.Muted}}, next...)
		}
		if widthOf(spans)+widthOf(next) > width {
			break
		}
		spans = append(spans, next...)
	}
	return spans
}
