package tui

import (
	"encoding/base64"
	"io"
	"os"
	"sync"
)

// Terminals that know them show nothing of a frame until all of it is there.
const (
	frameBegins = "\x1b[?2026h"
	frameEnds   = "\x1b[?2026l"
)

// An output writes whole frames, and between them what goes to the terminal's
// clipboard.
type output struct {
	mu sync.Mutex
	to io.Writer
}

func newOutput(to io.Writer) *output {
	if to == nil {
		to = terminal()
	}
	return &output{to: to}
}

// Write writes a frame with one write.
func (o *output) Write(frame []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	whole := make([]byte, 0, len(frame)+len(frameBegins)+len(frameEnds))
	whole = append(append(append(whole, frameBegins...), frame...), frameEnds...)
	if _, err := o.to.Write(whole); err != nil {
		return 0, err
	}
	return len(frame), nil
}

// copy sends text to the terminal's clipboard by OSC 52.
func (o *output) copy(s string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, err := io.WriteString(o.to, "\x1b]52;c;"+base64.StdEncoding.EncodeToString([]byte(s))+"\a")
	return err
}

// writer is the output as Bubble Tea wants it: of a terminal it needs the file,
// to learn its size.
func (o *output) writer() io.Writer {
	if file, ok := o.to.(*os.File); ok {
		return terminalOutput{file, o}
	}
	return o
}

type terminalOutput struct {
	*os.File
	frames *output
}

// Write implements io.Writer.
func (t terminalOutput) Write(frame []byte) (int, error) { return t.frames.Write(frame) }
