package main

import (
	"github.com/spf13/cobra"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/engine/yaml"
)

func (a *app) exportCommand() *cobra.Command {
	return group("export", "Write things out", append(a.exportsOfRows(), a.exportConfig())...)
}

func (a *app) exportConfig() *cobra.Command {
	return &cobra.Command{
		Use:   "config",
		Short: "Write the configuration as a file that apply takes",
		Example: `  purser export config > desk.yaml
  purser export config -o json`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := a.enter(cmd.Context()); err != nil {
				return err
			}
			config, err := a.engine.ExportConfig(cmd.Context())
			if err != nil {
				return err
			}
			switch a.flags.output {
			case asTable:
				page, err := yaml.Marshal(config)
				if err != nil {
					return err
				}
				_, err = a.out.Write(page)
				return err
			case asJSON, asLines:
				return answerOne(a, kind[engine.ConfigFile]{}, config)
			default:
				return misused(cmd, "a configuration is YAML, or -o json")
			}
		},
	}
}
