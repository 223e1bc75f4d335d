package ingest

// choices reports whether the cells say that the columns are questions, whatever their
// headers: degrees of consent in three columns and half of all, or yes and no in five and
// half of all. Where customers have a key, yes and no may as well be what is known of them.
func choices(ps []*profile, keyed bool) bool {
	degrees, decided := 0, 0
	for _, p := range ps {
		switch {
		case chosenFrom("likert", p):
			degrees++
		case chosenFrom("yesno", p):
			decided++
		}
	}
	if degrees >= 3 && (degrees+decided)*2 >= len(ps) {
		return true
	}
	return !keyed && decided >= 5 && (degrees+decided)*2 >= len(ps)
}

// chosenFrom reports whether nearly all cells of a column are words of a kind, and not all
// the same.
func chosenFrom(kind string, p *profile) bool {
	if p.n < 3 || len(p.distinct) < 2 || len(p.distinct) > 12 {
		return false
	}
	rare := 0
	for c := range p.distinct {
		if !isWord(kind, c) {
			rare++
		}
	}
	return rare*5 <= len(p.distinct) && rare < 2
}
