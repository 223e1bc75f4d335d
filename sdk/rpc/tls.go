package rpc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// EnvTLS hands a plugin its certificate, its key and the application's certificate.
const EnvTLS = "QUNXIANG_TLS"

// ErrTLS is returned for an EnvTLS that cannot be read.
var ErrTLS = errors.New("the keys for the connection cannot be read")

// IssueTLS makes the keys of one connection: the application's configuration, and the
// value of EnvTLS for the plugin. It is for systems where a plugin answers at a port,
// which any program of the machine could talk to otherwise. Both sides prove that
// they belong to this connection; the keys live as long as it.
func IssueTLS() (client *tls.Config, env string, err error) {
	plugin, pluginPEM, err := issue("plugin")
	if err != nil {
		return nil, "", err
	}
	host, hostPEM, err := issue("host")
	if err != nil {
		return nil, "", err
	}
	key, err := x509.MarshalPKCS8PrivateKey(plugin.PrivateKey)
	if err != nil {
		return nil, "", fmt.Errorf("encode key: %w", err)
	}
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})
	var parts []string
	for _, b := range [][]byte{pluginPEM, keyPEM, hostPEM} {
		parts = append(parts, base64.StdEncoding.EncodeToString(b))
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pluginPEM)
	client = &tls.Config{Certificates: []tls.Certificate{host}, RootCAs: pool, ServerName: serverName, MinVersion: tls.VersionTLS13}
	return client, strings.Join(parts, " "), nil
}

// serverName is what the plugin's certificate is for.
const serverName = "localhost"

// issue makes a certificate that vouches for itself. P-256 is what every TLS library
// speaks, and quick to make.
func issue(name string) (tls.Certificate, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("make key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("make serial number: %w", err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, DNSNames: []string{serverName},
		NotBefore: now.Add(-24 * time.Hour), NotAfter: now.Add(30 * 24 * time.Hour), // clocks may be set meanwhile
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IsCA:        true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("make certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), nil
}

// serverTLS is the plugin's configuration from the value of EnvTLS, nil for none.
func serverTLS(env string) (*tls.Config, error) {
	if env == "" {
		return nil, nil
	}
	var parts [][]byte
	for s := range strings.FieldsSeq(env) {
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrTLS, err)
		}
		parts = append(parts, b)
	}
	if len(parts) != 3 {
		return nil, ErrTLS
	}
	own, err := tls.X509KeyPair(parts[0], parts[1])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTLS, err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(parts[2]) {
		return nil, ErrTLS
	}
	return &tls.Config{Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool, MinVersion: tls.VersionTLS13}, nil
}
