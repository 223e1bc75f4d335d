package database

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// web is what the two databases that speak HTTP share.
type web struct {
	a      *address
	base   url.URL // scheme and host
	client *http.Client
}

// newWeb prepares a client that talks to one host and follows nobody elsewhere: a
// redirect would carry the password along.
func newWeb(a *address, plainPort, securePort string) *web {
	secure := strings.HasSuffix(a.scheme, "s") || truth(a.url.Query().Get("secure")) || a.url.Port() == securePort || a.url.Port() == "443"
	w := &web{a: a, base: url.URL{Scheme: "http", Host: net.JoinHostPort(a.url.Hostname(), portOr(a, plainPort))}}
	if secure {
		w.base = url.URL{Scheme: "https", Host: net.JoinHostPort(a.url.Hostname(), portOr(a, securePort))}
	}
	w.client = &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:           (&net.Dialer{Timeout: connectTimeout}).DialContext,
			TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:   connectTimeout,
			ResponseHeaderTimeout: a.timeout(),
			DisableCompression:    true, // a hostile answer must not grow here
		},
	}
	return w
}

func truth(s string) bool { return s == "1" || s == "true" || s == "yes" }

func (w *web) idle() { w.client.CloseIdleConnections() }

// status makes a failure of an answer that is none. Of what the server says at most the
// first kilobytes are read.
func status(r *http.Response) failure {
	b, _ := io.ReadAll(io.LimitReader(r.Body, 4096)) // half a sentence is better than none
	text := strings.TrimSpace(string(b))
	switch r.StatusCode {
	case http.StatusUnauthorized:
		return failure{"database_login", text}
	case http.StatusForbidden:
		return failure{"database_forbidden", text}
	case http.StatusNotFound:
		if !strings.HasPrefix(text, "Code: ") { // ClickHouse says so of tables
			text = r.Status
		}
		return failure{"database_unreachable", text}
	case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return failure{"database_unreachable", r.Status}
	case http.StatusServiceUnavailable, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusGatewayTimeout:
		return failure{"database_busy", text}
	}
	return failure{"database_query", text}
}

// webError is a failure that a server reported.
type webError struct{ failure }

// Error implements error.
func (e *webError) Error() string { return e.code + ": " + e.text }

// pause waits, unless the context ends.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// webFailure takes a failure out of an error.
func webFailure(err error) (failure, bool) {
	for e := err; e != nil; {
		if w, ok := e.(*webError); ok { //nolint:errorlint // the chain is walked here
			return w.failure, true
		}
		u, ok := e.(interface{ Unwrap() error })
		if !ok {
			break
		}
		e = u.Unwrap()
	}
	return failure{}, false
}
