package cli

// entry is one command by name.
type entry struct {
	name string
	make func() *command
}

// commands are the commands in the order in which they are listed.
func commands() []entry {
	return []entry{
		{"demo", newDemo},
		{"sample", newSample},
		{"new", newNew},
		{"preview", newPreview},
		{"convert", newConvert},
		{"import", newImport},
		{"template", newTemplate},
		{"tables", newTables},
		{"info", newInfo},
		{"quality", newQuality},
		{"fix", newFix},
		{"check", newCheck},
		{"survey", newSurvey},
		{"events", newEvents},
		{"comments", newComments},
		{"fields", newFields},
		{"duplicates", newDuplicates},
		{"features", newFeatures},
		{"methods", newMethods},
		{"method", newMethod},
		{"advise", newAdvise},
		{"run", newRun},
		{"show", newShow},
		{"agree", newAgree},
		{"stability", newStability},
		{"export", newExport},
		{"score", newScore},
		{"model", newModel},
		{"chart", newChart},
		{"report", newReport},
	}
}

// find makes the command with the name, nil when there is none.
func find(name string) *command {
	for _, e := range commands() {
		if e.name == name {
			return e.make()
		}
	}
	return nil
}

// CommandNames lists the commands in the order of the help.
func CommandNames() []string {
	var names []string
	for _, e := range commands() {
		names = append(names, e.name)
	}
	return names
}
