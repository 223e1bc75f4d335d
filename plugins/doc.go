// Package plugins is the registry of the methods that come with the application, and
// how a program serves one of them. Only programs import it: the rest of the
// application knows methods by what they say about themselves.
package plugins
