// Package window drives the real application in a real window, for tests: a display
// of its own ([Open], Xvfb with software OpenGL), the program that `make build` made
// ([Display.Start]), mouse, keyboard, clipboard and dropped files as a person uses
// them ([App]), and pictures of what is to be seen ([App.Image], [App.Shot]).
//
// Tests run when QUNXIANG_WINDOW=1 is set (`make e2e` does) and need the packages
// that scripts/deps.sh lists under "test". Pictures go to the folder that
// QUNXIANG_SHOTS names, so that somebody can look at them.
//
// Coordinates are pixels from the window's upper left corner. There is no window
// manager: windows have no frames and stay where they are.
package window
