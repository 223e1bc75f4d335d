package presenter

import (
	"qunxiang/core/clean"
	"qunxiang/core/quality"
	"qunxiang/core/workspace"
)

// Issue is something about the data that should be known.
type Issue = quality.Issue

// Card is the scorecard of the data.
type Card = quality.Card

// Dimension is one aspect of quality.
type Dimension = quality.Dimension

// DimensionScore is the score of a dimension.
type DimensionScore = quality.Score

// CleanStep is one change of the imported data.
type CleanStep = clean.Step

// CleanEffect is what a step does.
type CleanEffect = clean.Effect

// DataCounts are the size of the data.
type DataCounts = clean.Counts

// Touched are rows and customers that a step changes.
type Touched = workspace.Touched

// Example is a row or a customer that a step or an issue is about.
type Example = clean.Example

// Worst returns the first issue of a dimension, nil where it has none.
func Worst(c *Card, d Dimension) *Issue {
	for i := range c.Issues {
		if c.Issues[i].Dimension == d {
			return &c.Issues[i]
		}
	}
	return nil
}
