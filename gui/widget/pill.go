package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"qunxiang/gui/theme"
)

// Pill is a word or two on the soft ground of a mood, with the mood's icon, since
// colour alone is not seen by everybody.
func Pill(text string, tone Tone) fyne.CanvasObject {
	ground, tint, icon := toneLook(tone)
	bg := fill(ground)
	bg.CornerRadius = theme.PillRadius
	row := Row(theme.GapXS, Icon(icon, tint, theme.SwatchSize), Centered(Whole(text).Sized(theme.SizeSmall)))
	return container.NewStack(bg, Inset(row, 2, theme.GapS-1, 2, theme.GapXS+1))
}

// QuietPill is a Pill of something that is not known.
func QuietPill(text string) fyne.CanvasObject {
	bg := fill(theme.ColorCardAlt)
	bg.StrokeColor, bg.StrokeWidth = theme.Color(theme.ColorLine), 1
	bg.CornerRadius = theme.PillRadius
	row := Row(theme.GapXS, Icon("info", theme.ColorMuted, theme.SwatchSize), Centered(Whole(text).Sized(base.SizeNameCaptionText).Color(theme.ColorMuted)))
	return container.NewStack(bg, Inset(row, 2, theme.GapS-1, 2, theme.GapXS+1))
}
