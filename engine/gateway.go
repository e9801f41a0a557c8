package engine

import (
	"context"
	"time"

	"github.com/purserhq/purser/engine/money"
)

// A Gateway speaks to one provider. Package enginetest holds the tests that
// every Gateway must pass.
type Gateway interface {
	Capabilities() Capabilities

	// Pay hands an order to the provider, under the order's key. It may be
	// called again with the same order; then the provider must see the same
	// key. Whatever goes wrong, the outcome says what is certain, and the zero
	// Outcome says that nothing is.
	Pay(ctx context.Context, o PayOrder) Outcome

	// LookUp asks the provider about an order that may have been handed to it.
	LookUp(ctx context.Context, o PayOrder) Outcome

	// TakeBack asks the provider for what it paid, where the
	// capabilities say that it can: [VerdictReturned] with what is back,
	// [VerdictPaid] if it stays where it is, and unknown for everything else.
	TakeBack(ctx context.Context, o PayOrder) Outcome

	// Balance asks the provider what an account holds, in its currency, where
	// the capabilities say that it tells and the account has an external id.
	Balance(ctx context.Context, account GatewayAccount) (money.Amount, error)

	// Accounts asks the provider which accounts of a mode there are for us,
	// where the capabilities say that it tells.
	Accounts(ctx context.Context, mode Mode) ([]ProviderAccount, error)
}

// Capabilities is what a connector declares, so that the engine never guesses.
type Capabilities struct {
	LookUp   bool          // the provider can be asked by our key
	Partial  bool          // it may pay less than was asked
	Balance  bool          // it tells what an account holds that it has a name for
	TakeBack bool          // it can be asked for what it paid
	Accounts bool          // it tells which accounts there are
	KeyLife  time.Duration // how long the provider remembers a key; 0: it never deduplicates

	// NotFoundFinalAfter is how long after the intent "not found" proves that
	// the order never arrived; 0: never.
	NotFoundFinalAfter time.Duration

	// Settling is how long an accepted order may take before a person should
	// look at it.
	Settling time.Duration
}

// A PayOrder is what a gateway needs to pay one allocation.
type PayOrder struct {
	Key       AllocationID // idempotency key at the provider
	RequestID RequestID
	Gateway   GatewayAccount
	Amount    money.Amount // in the account's currency
	Service   string
	Fields    map[string]string // of the instrument
	Recipient string            // the customer's name
	// Descriptor is what the recipient is to read on a statement; at most 140
	// characters, cleaned.
	Descriptor string
	IntentAt   time.Time
}

// An Outcome is what a provider's word is worth. The zero value is "unknown":
// money may have moved.
type Outcome struct {
	Verdict    Verdict
	Resolution Resolution
	Paid       money.Amount // what was paid, with VerdictPaid; what is back of it in all, with VerdictReturned
	Accepted   bool         // unknown yet, but the provider has it and will answer
	NotFound   bool         // a look-up: the provider does not know the key
	ProviderID string
	Message    string
}
