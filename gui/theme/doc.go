// Package theme is the look of the window: colours, sizes, fonts and icons, light
// and dark. Pages and widgets take every colour and length from here, so that a
// page never holds a literal of either.
//
// The look is quiet: warm neutral paper, white cards with one thin line around
// them, one accent. Colours of segments are not here; they come with the charts.
package theme
