package keys

// Typed collects keys until they mean something. The zero value is ready.
type Typed struct{ keys []string }

// A Match is what the keys typed so far mean.
type Match struct {
	Action  Action
	Found   bool
	Next    []Action // the sequences that go on from here, if the keys start some
	Dropped bool     // the key ended a sequence that means nothing, and is spent with it
}

// Press adds a key and says what the keys mean in scope.
func (t *Typed) Press(c *Catalogue, scope Scope, key string) Match {
	started := len(t.keys) > 0
	t.keys = append(t.keys, key)
	found, next := c.lookup(scope, t.keys)
	if found.ID == "" && len(next) > 0 {
		return Match{Next: next}
	}
	t.Forget()
	return Match{Action: found, Found: found.ID != "", Dropped: started && found.ID == ""}
}

// Pending returns the keys of a sequence that has begun.
func (t *Typed) Pending() []string { return t.keys }

// Forget drops a sequence that has begun.
func (t *Typed) Forget() { t.keys = nil }
