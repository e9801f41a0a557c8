package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/purserhq/purser/engine/text"
)

// Comment writes on a request's timeline. The journal keeps a digest of the
// words, so that they can be withdrawn without breaking its chain.
func (e *Engine) Comment(ctx context.Context, c Caller, id RequestID, words string) (comment CommentText, err error) {
	_, err = e.change(ctx, c, VerbComment, id, anyVersion, mark(VerbComment, id, words), func(d *deed) error {
		if strings.TrimSpace(words) == "" {
			return invalid("message", "the comment is empty")
		}
		if err := text.Check("message", words, longestComment); err != nil {
			return invalid("message", "%v", err)
		}
		words := text.Masked(words)
		comment = CommentText{
			ID: d.world.IDs.New("tlm"), RequestID: id, By: d.actor.ID, At: d.now, Text: words,
		}
		d.tx.PutComment(comment)
		d.comment(comment.ID, textField("digest", digest(comment.ID, words)))
		return nil
	})
	return comment, err
}

// WithdrawComment takes one's own comment back, leaving a tombstone.
func (e *Engine) WithdrawComment(ctx context.Context, c Caller, request RequestID, id string) error {
	_, err := e.change(ctx, c, VerbWithdrawComment, request, anyVersion, mark(VerbWithdrawComment, id), func(d *deed) error {
		comments, err := d.tx.Comments(request)
		if err != nil {
			return err
		}
		for _, comment := range comments {
			switch {
			case comment.ID != id:
				continue
			case comment.By != d.actor.ID:
				return Errorf(Forbidden, "comment %s is by %s", id, comment.By).Or("only its author can withdraw it")
			case !comment.WithdrawnAt.IsZero():
				return Errorf(Refused, "comment %s was withdrawn already", id)
			}
			comment.Text, comment.WithdrawnBy, comment.WithdrawnAt = "", d.actor.ID, d.now
			d.tx.PutComment(comment)
			d.comment(id)
			return nil
		}
		return Errorf(NotFound, "request %s has no comment %s", request, id)
	})
	return err
}

// comment journals what happened to a comment.
func (d *deed) comment(id string, details ...Field) {
	d.others = append(d.others, Event{
		Type: d.event, Subject: Subject{Kind: KindComment, ID: id}, Details: details,
	})
}

// digest is a hash of words that cannot be looked up without knowing id.
func digest(id, words string) string {
	sum := sha256.Sum256([]byte(id + "\n" + words))
	return hex.EncodeToString(sum[:])
}
