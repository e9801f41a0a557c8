package main

import (
	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
)

func (a *app) auditCommand() *cobra.Command {
	return group("audit", "Prove the record", a.auditVerify())
}

// A proof is what audit verify answers with.
type proof struct {
	OrganisationID string `json:"organisationId"`
	Whole          bool   `json:"whole"`
	Events         int64  `json:"events"`
	Requests       int64  `json:"requests"`
	Broken         string `json:"broken,omitempty"`
}

func (a *app) auditVerify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Prove the record whole, or name the first link that is broken",
		Long: `Every entry has to stand in its place and fit its predecessor, and replaying the
entries has to rebuild the rows. A record that is broken is exit status 1.`,
		Example: `  purser audit verify`,
		Args:    takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			organisation, err := a.engine.Organisation(cmd.Context())
			if err != nil {
				return err
			}
			v, err := a.engine.VerifyRecord(cmd.Context())
			if err != nil {
				return err
			}
			p := proof{OrganisationID: organisation.ID, Whole: v.Broken == nil, Events: v.Events, Requests: v.Requests}
			if v.Broken != nil {
				p.Broken = v.Broken.String()
			}
			kind := kind[proof]{
				id:  func(p proof) string { return p.OrganisationID },
				csv: []string{"organisationId", "whole", "events", "requests", "broken"},
			}
			if err := answerOne(a, kind, p); err != nil {
				return err
			}
			if !p.Whole {
				return engine.Errorf(engine.Internal, "the record is broken: %s", p.Broken).
					Or("stop everything that writes to the store, and keep a copy of it")
			}
			a.say("the record is whole; %s", engine.VerifyCaveat)
			return nil
		},
	}
}
