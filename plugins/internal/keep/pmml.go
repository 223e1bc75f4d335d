package keep

import (
	"encoding/xml"
	"fmt"
)

// PMML is the media type of a model in the Predictive Model Markup Language (dmg.org).
const PMML = "application/pmml+xml"

// WritePMML returns a document, a value that encoding/xml can write, as a file.
func WritePMML(document any) ([]byte, error) {
	b, err := xml.MarshalIndent(document, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write PMML: %w", err)
	}
	return append([]byte(xml.Header), append(b, '\n')...), nil
}

// Names are the names of fields that a document has taken.
type Names map[string]bool

// Free takes a name that no field has yet: the one given, behind it as many "_" as it needs.
func (n Names) Free(name string) string {
	for n[name] {
		name += "_"
	}
	n[name] = true
	return name
}
