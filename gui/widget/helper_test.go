package widget_test

import fynewidget "fyne.io/fyne/v2/widget"

func tableCell(row int) fynewidget.TableCellID { return fynewidget.TableCellID{Row: row} }
