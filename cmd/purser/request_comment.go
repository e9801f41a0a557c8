package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

// longestWords bounds what is read of a comment from stdin, in bytes; the
// engine's own limit is lower.
const longestWords = 1 << 16

func (a *app) requestComment() *cobra.Command {
	var withdraw string
	cmd := &cobra.Command{
		Use:   "comment REQUEST TEXT",
		Short: "Write on a request's timeline, or withdraw what you wrote",
		Example: `  purser request comment 8K3QZ2 'called back, all is well'
  purser request comment 8K3QZ2 - < note.txt
  purser request comment 8K3QZ2 --withdraw tlm_01JD`,
		Annotations: changing(),
	}
	cmd.Flags().StringVar(&withdraw, "withdraw", "", "the id of your `COMMENT` that is to go")
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("withdraw") {
			return takes("REQUEST")(cmd, args)
		}
		return takes("REQUEST", "TEXT")(cmd, args)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		r, err := a.look(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if cmd.Flags().Changed("withdraw") {
			return a.withdraw(cmd.Context(), r, withdraw)
		}
		words, err := a.words(args[1])
		if err != nil {
			return err
		}
		comment, err := a.engine.Comment(cmd.Context(), a.caller(), r.ID, words)
		if err != nil {
			return err
		}
		return done(a, commentKind(), commentRow{comment.ID, r.ID, words}, "commented on %s: %s", r.ID, comment.ID)
	}
	return cmd
}

// words are the text of an argument, or stdin for "-".
func (a *app) words(arg string) (string, error) {
	if arg != "-" {
		return arg, nil
	}
	read, err := io.ReadAll(io.LimitReader(a.in, longestWords))
	if err != nil {
		return "", engine.Errorf(engine.Invalid, "stdin: %v", err)
	}
	return strings.TrimRight(string(read), "\r\n"), nil
}

func (a *app) withdraw(ctx context.Context, r engine.Request, fragment string) error {
	d, err := a.engine.Dossier(ctx, r.ID)
	if err != nil {
		return err
	}
	var written []string
	for _, c := range d.Comments {
		written = append(written, c.ID)
	}
	id, err := pick("comment", fragment, written)
	if err != nil {
		return err
	}
	if err := a.engine.WithdrawComment(ctx, a.caller(), r.ID, id); err != nil {
		return err
	}
	return done(a, commentKind(), commentRow{ID: id, PayoutRequestID: r.ID}, "removed the words of comment %s", id)
}

// A commentRow is a comment on its way out.
type commentRow struct {
	ID              string           `json:"id"`
	PayoutRequestID engine.RequestID `json:"payoutRequestId"`
	Message         string           `json:"message,omitempty"`
}

func commentKind() kind[commentRow] {
	return kind[commentRow]{
		id:  func(c commentRow) string { return c.ID },
		csv: []string{"id", "payoutRequestId", "message"},
	}
}
