package rpc

import (
	"crypto/tls"
	"errors"
	"net"
	"testing"
)

// greet does the handshake of both sides and returns their errors. With TLS 1.3 the
// client learns only from its first read whether it was accepted.
func greet(client, server *tls.Config) (atClient, atServer error) {
	a, b := net.Pipe()
	done := make(chan error, 1)
	go func() {
		s := tls.Server(b, server)
		err := s.Handshake()
		if err == nil {
			_, err = s.Write([]byte("x"))
		}
		_ = b.Close()
		done <- err
	}()
	c := tls.Client(a, client)
	atClient = c.Handshake()
	if atClient == nil {
		_, atClient = c.Read(make([]byte, 1))
	}
	_ = a.Close()
	return atClient, <-done
}

func TestOnlyTheTwoOfAConnectionTalk(t *testing.T) {
	t.Parallel()
	client, env, err := IssueTLS()
	if err != nil {
		t.Fatal(err)
	}
	server, err := serverTLS(env)
	if err != nil {
		t.Fatal(err)
	}
	stranger, _, err := IssueTLS()
	if err != nil {
		t.Fatal(err)
	}
	trusting := stranger.Clone()
	trusting.RootCAs = client.RootCAs // knows the plugin, but not its own keys
	nobody := client.Clone()
	nobody.Certificates = nil
	if c, s := greet(client, server); c != nil || s != nil {
		t.Errorf("the application is refused: %v, %v", c, s)
	}
	for name, config := range map[string]*tls.Config{"another application": trusting, "somebody without a certificate": nobody} {
		if _, s := greet(config, server); s == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if c, _ := greet(stranger, server); c == nil {
		t.Error("another plugin is accepted")
	}
}

func TestBrokenKeys(t *testing.T) {
	t.Parallel()
	for _, env := range []string{"x", "eA==", "eA== eA== eA==", "% % %"} {
		if _, err := serverTLS(env); !errors.Is(err, ErrTLS) {
			t.Errorf("%q: %v", env, err)
		}
	}
	if c, err := serverTLS(""); c != nil || err != nil {
		t.Errorf("none: %v, %v", c, err)
	}
}
