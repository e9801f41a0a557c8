package engine

// A BatchID names a batch, as preq_batch_ and 26 characters that sort by time.
type BatchID string
