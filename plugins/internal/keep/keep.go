// Package keep writes and reads what a method leaves behind for later customers, its
// model: JSON, of a version of the method's own. For other programs it writes PMML.
package keep

import (
	"encoding/json"
	"fmt"

	"qunxiang/sdk"
)

// Format is that of all models here.
const Format = "application/json"

// Write makes a model of what a run found. It fails only on what JSON cannot hold, such
// as NaN.
func Write(found any, version int) (sdk.Model, error) {
	data, err := json.Marshal(found)
	if err != nil {
		return sdk.Model{}, fmt.Errorf("write model: %w", err)
	}
	return sdk.Model{Format: Format, Version: version, Data: data}, nil
}

// Read returns what [Write] made a model of; errors wrap unusable. What the values mean is
// for the method to check: a model comes out of a file that anybody may have written.
func Read[T any](m sdk.Model, version int, unusable error) (*T, error) {
	if m.Format != Format || m.Version != version {
		return nil, fmt.Errorf("%w: format %q version %d", unusable, m.Format, m.Version)
	}
	var found T
	if err := json.Unmarshal(m.Data, &found); err != nil {
		return nil, fmt.Errorf("%w: %w", unusable, err)
	}
	return &found, nil
}
