package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A sitting is the program at a terminal of its own.
type sitting struct {
	terminal *os.File
	program  *exec.Cmd
	shown    chan []byte
	begin    time.Time
}

// programAt builds the program as it is shipped.
func programAt(b *testing.B) string {
	b.Helper()
	path := filepath.Join(scratch, "program")
	build := exec.CommandContext(b.Context(), "go", "build", "-o", path, "github.com/purserhq/purser/cmd/purser")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return path
}

// sit starts the console on a store, at a terminal of 120x36.
func sit(b *testing.B, program, store string) *sitting {
	b.Helper()
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		b.Skipf("there is no terminal to be had: %v", err)
	}
	fd := int(terminal.Fd())
	must(b, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0))
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	must(b, err)
	must(b, unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 36, Col: 120}))
	end, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	must(b, err)
	s := &sitting{terminal: terminal, shown: make(chan []byte, 1000), begin: time.Now()}
	s.program = exec.Command(program, "--store", store, "--as", "senior1", "--no-work")
	s.program.Stdin, s.program.Stdout, s.program.Stderr = end, end, end
	s.program.Env = append(os.Environ(), "TERM=xterm-256color", "HOME="+scratch, "XDG_CONFIG_HOME="+scratch, "XDG_DATA_HOME="+scratch)
	s.program.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	must(b, s.program.Start())
	must(b, end.Close())
	go s.watch()
	return s
}

// watch reads what is shown, and answers as terminals do what they are asked.
func (s *sitting) watch() {
	defer close(s.shown)
	for {
		buffer := make([]byte, 64<<10)
		n, err := s.terminal.Read(buffer)
		if err != nil {
			return
		}
		for asked, answer := range map[string]string{"\x1b]11;?": "\x1b]11;rgb:0000/0000/0000\x1b\\", "\x1b[6n": "\x1b[1;1R"} {
			if bytes.Contains(buffer[:n], []byte(asked)) {
				_, _ = s.terminal.WriteString(answer)
			}
		}
		s.shown <- buffer[:n]
	}
}

// until waits until words are shown.
func (s *sitting) until(b *testing.B, words string) {
	b.Helper()
	var all []byte
	patience := time.After(20 * time.Second)
	for !bytes.Contains(all, []byte(words)) {
		select {
		case some, ok := <-s.shown:
			if all = append(all, some...); !ok {
				b.Fatalf("the console ended: %s", all)
			}
		case <-patience:
			b.Fatalf("it never showed %q: %s", words, all)
		}
	}
}

// press presses a key so many times, as somebody does who holds it down.
func (s *sitting) press(key string, times int) {
	for range times {
		_, _ = s.terminal.WriteString(key)
		s.rest(5 * time.Millisecond)
	}
	s.rest(500 * time.Millisecond)
}

func (s *sitting) rest(d time.Duration) {
	for end := time.After(d); ; {
		select {
		case _, ok := <-s.shown:
			if !ok {
				return
			}
		case <-end:
			return
		}
	}
}

func (s *sitting) leave() {
	_ = s.program.Process.Kill()
	_ = s.program.Wait()
	_ = s.terminal.Close()
}

// BenchmarkP8ColdStart is from the start of the program to the rows of its first
// page, beside the same on the small store and a program that only tells its
// version.
func BenchmarkP8ColdStart(b *testing.B) {
	small, large := stores(b)
	program := programAt(b)
	var ours, measure, least timings
	start := func(store string, t *timings) {
		var s *sitting
		t.of(func() {
			s = sit(b, program, store)
			s.until(b, "Sample Customer")
		})
		s.leave()
	}
	start(large.Path(), new(timings)) // the first after the machine was started is another matter
	for b.Loop() {
		start(large.Path(), &ours)
		start(small.Path(), &measure)
		least.of(func() { must(b, exec.Command(program, "version").Run()) })
	}
	b.ReportMetric(micros(ours.at(50))/1e3, "ms-p50")
	b.ReportMetric(micros(ours.at(99))/1e3, "ms-p99")
	b.ReportMetric(micros(measure.at(50))/1e3, "small-ms-p50")
	b.ReportMetric(micros(least.at(50))/1e3, "version-ms-p50")
	reportRatio(b, ours.at(50), measure.at(50), "to-small")
}

// BenchmarkP7Memory is the most memory that the console had while somebody went
// through the store, beside the same on the small one.
func BenchmarkP7Memory(b *testing.B) {
	small, large := stores(b)
	program := programAt(b)
	browse := func(store string) float64 {
		s := sit(b, program, store)
		defer s.leave()
		s.until(b, "Sample Customer")
		for _, step := range []struct {
			key   string
			times int
		}{
			{"j", 300},    // down
			{"\x06", 100}, // by pages
			{"G", 1},      // the end
			{"\x02", 50},
			{"7", 1}, // what is closed
			{"\x06", 100},
			{"G", 1},
			{"5", 1}, // attention
			{"\x06", 20},
			{"1", 1},
			{"/", 1},
			{"customer77", 1},
			{"\r", 1},
			{"\r", 1}, // a request
			{"\x1b", 1},
		} {
			s.press(step.key, step.times)
		}
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.program.Process.Pid))
		must(b, err)
		most, err := strconv.Atoi(string(regexp.MustCompile(`VmHWM:\s+(\d+)`).FindSubmatch(status)[1]))
		must(b, err)
		return float64(most) / 1024
	}
	var ours, measure float64
	for b.Loop() {
		ours, measure = max(ours, browse(large.Path())), max(measure, browse(small.Path()))
	}
	b.ReportMetric(ours, "MB-most")
	b.ReportMetric(measure, "small-MB-most")
	b.ReportMetric(ours/64, "to-64MB")
}
