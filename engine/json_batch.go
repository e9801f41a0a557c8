package engine

import (
	"encoding/json"
	"time"

	"github.com/purserhq/purser/engine/money"
	"github.com/purserhq/purser/engine/text"
)

// MarshalJSON implements json.Marshaler.
func (t Total) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Currency money.Currency `json:"currency"`
		Requests int            `json:"requests"`
		Amount   money.Amount   `json:"amount"`
	}{t.Amount.Currency, t.Requests, t.Amount})
}

// MarshalJSON implements json.Marshaler.
func (s BatchState) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID              BatchID    `json:"id"`
		Reference       string     `json:"reference"`
		Mode            Mode       `json:"mode"`
		Description     string     `json:"description,omitempty"`
		PointID         string     `json:"pointId,omitempty"`
		Status          RunStatus  `json:"status"`
		AllocationOrder []string   `json:"allocationOrder"`
		TotalCount      int        `json:"totalCount"`
		CustomerCount   int        `json:"customerCount"`
		Totals          []Total    `json:"totalAmountByCurrency"`
		RunID           *RunID     `json:"runId"`
		CreatedBy       ReviewerID `json:"createdBy"`
		CreatedTime     time.Time  `json:"createdTime"`
		UpdatedTime     time.Time  `json:"updatedTime"`
	}{
		s.ID, s.Reference, s.Mode, s.Description, s.PointID, s.Status, s.AllocationOrder, s.Requests, s.Totals.Customers,
		s.Totals.Sums, orNull(s.LastRun), s.By, s.CreatedAt, s.UpdatedAt,
	})
}

// MarshalJSON implements json.Marshaler.
func (r Run) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID          RunID      `json:"id"`
		Mode        Mode       `json:"mode"`
		BatchID     *BatchID   `json:"batchId"`
		Of          string     `json:"of"`
		Action      RunAction  `json:"action"`
		Status      RunStatus  `json:"status"`
		Failure     string     `json:"failure,omitempty"`
		Items       int        `json:"items"`
		Done        int        `json:"done"`
		Refused     int        `json:"refused"`
		Skipped     int        `json:"skipped"`
		Waiting     int        `json:"waiting"`
		Sums        []Total    `json:"sums"`
		Undoes      RunID      `json:"undoesRunId,omitempty"`
		StartedBy   ReviewerID `json:"startedBy"`
		StoppedBy   ReviewerID `json:"stoppedBy,omitempty"`
		CreatedTime time.Time  `json:"createdTime"`
		UpdatedTime time.Time  `json:"updatedTime"`
		EndedTime   *time.Time `json:"endedTime"`
	}{
		r.ID, r.Mode, orNull(r.BatchID), r.Of, r.Action, r.Status, r.Failure, r.Items, r.Done, r.Refused, r.Skipped,
		r.Waiting(), r.Sums, r.Undoes, r.By, r.StoppedBy, r.CreatedAt, r.UpdatedAt, timeOrNull(r.EndedAt),
	})
}

// MarshalJSON implements json.Marshaler.
func (i RunItem) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Place           int        `json:"place"`
		PayoutRequestID RequestID  `json:"payoutRequestId"`
		Version         int        `json:"version"`
		Result          ItemResult `json:"result"`
		Why             string     `json:"why,omitempty"`
		Overruled       []string   `json:"overruled,omitempty"`
	}{i.Place, i.RequestID, i.Version, i.Result, i.Why, i.Overruled})
}

// MarshalJSON implements json.Marshaler.
func (i PlannedItem) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		PayoutRequestID RequestID      `json:"payoutRequestId"`
		Version         int            `json:"version"`
		Currency        money.Currency `json:"currency"`
		Amount          money.Amount   `json:"amount"`
		Runs            bool           `json:"runs"`
		Why             string         `json:"why,omitempty"`
		Status          RequestStatus  `json:"status"`
		Missing         int            `json:"approvalsMissing,omitempty"`
		PlacedAmount    money.Amount   `json:"placedAmount"`
		Allocations     int            `json:"allocations,omitempty"`
		Overruled       []string       `json:"overruled,omitempty"`
		Warnings        []text.Safe    `json:"warnings,omitempty"`
	}{
		i.ID, i.Version, i.Amount.Currency, i.Amount, i.Runs(), i.Why, i.To, i.Missing, i.Placed, i.Allocations,
		i.Overruled, i.Warnings,
	})
}

// MarshalJSON implements json.Marshaler.
func (r BatchRow) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Line      int               `json:"line"`
		Status    BatchRowStatus    `json:"status"`
		Cells     map[string]string `json:"cells"`
		RequestID *RequestID        `json:"payoutRequestId"`
		Why       string            `json:"why,omitempty"`
	}{r.Line, r.Status, r.Cells, orNull(r.RequestID), r.Why})
}

// MarshalJSON implements json.Marshaler.
func (i Import) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID          ImportID     `json:"id"`
		Kind        Importable   `json:"kind"`
		File        string       `json:"file"`
		Status      ImportStatus `json:"status"`
		Failure     string       `json:"failure,omitempty"`
		Rows        int          `json:"rows"`
		Made        int          `json:"made"`
		Known       int          `json:"known"`
		Differs     int          `json:"differs"`
		Refused     int          `json:"refused"`
		Waiting     int          `json:"waiting"`
		Cleared     bool         `json:"cleared,omitempty"`
		StartedBy   ReviewerID   `json:"startedBy"`
		StoppedBy   ReviewerID   `json:"stoppedBy,omitempty"`
		CreatedTime time.Time    `json:"createdTime"`
		UpdatedTime time.Time    `json:"updatedTime"`
		EndedTime   *time.Time   `json:"endedTime"`
	}{
		i.ID, i.Kind, i.File, i.Status, i.Failure, i.Rows, i.Made, i.Known, i.Differs, i.Refused, i.Waiting(), i.Cleared(),
		i.By, i.StoppedBy, i.CreatedAt, i.UpdatedAt, timeOrNull(i.EndedAt),
	})
}

// MarshalJSON implements json.Marshaler.
func (r ImportedRow) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Line       int               `json:"line"`
		Result     ImportResult      `json:"result"`
		ID         string            `json:"id,omitempty"`
		Code       Code              `json:"code,omitempty"`
		Column     int               `json:"column,omitempty"`
		ColumnName string            `json:"columnName,omitempty"`
		Why        string            `json:"why,omitempty"`
		Cells      map[string]string `json:"cells,omitempty"`
	}{r.Line, r.Result, r.ID, r.Code, r.Column, r.Name, r.Why, r.Cells})
}
