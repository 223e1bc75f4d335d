// Package wire puts the application together: the plugin host and the project store
// behind the ports of core/workspace. The window and the headless command both start
// here, so that they are the same application.
package wire
