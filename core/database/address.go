package database

import (
	"net/url"
	"path/filepath"
	"runtime"
	"strings"

	"qunxiang/core"
)

// address is a URL taken apart.
type address struct {
	scheme   string // sqlite, postgres, mysql, clickhouse, trino
	url      *url.URL
	path     string // of a SQLite file
	password string
}

// Secret takes the password out of a URL: what is left may be stored and shown. found
// says that there was one, which the command line's history keeps, too.
func Secret(raw string) (clean, password string, found bool) {
	u, err := url.Parse(raw)
	if err != nil || u.User == nil {
		return redacted(raw), "", false
	}
	password, found = u.User.Password()
	u.User = url.User(u.User.Username())
	q := u.Query()
	if p := q.Get("password"); p != "" {
		password, found = p, true
	}
	return without(u), password, found
}

// without writes a URL without what may be a secret in its query.
func without(u *url.URL) string {
	c := *u
	q := c.Query()
	for _, k := range []string{"password", "sslpassword", "passfile", "sslkey"} {
		q.Del(k)
	}
	c.RawQuery = q.Encode()
	return c.String()
}

// redacted blots out whatever may be a password in a text that is no URL.
func redacted(raw string) string {
	head, rest, ok := strings.Cut(raw, "://")
	at := strings.LastIndexByte(rest, '@')
	if !ok || at < 0 {
		return raw
	}
	user, _, _ := strings.Cut(rest[:at], ":")
	return head + "://" + user + rest[at:]
}

// parse reads a URL. password counts where the URL has none.
func parse(raw, password string) (*address, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" {
		return nil, badURL(redacted(raw))
	}
	a := &address{scheme: u.Scheme, url: u, password: password}
	switch u.Scheme {
	case "postgresql":
		a.scheme = "postgres"
	case "mariadb":
		a.scheme = "mysql"
	case "sqlite3", "sqlite":
		a.scheme = "sqlite"
		if a.path, err = filePath(u); err != nil {
			return nil, badURL(redacted(raw))
		}
		return a, nil
	case "postgres", "mysql", "clickhouse", "clickhouses", "trino", "trinos":
	default:
		return nil, badURL(redacted(raw))
	}
	if u.Hostname() == "" && u.Query().Get("host") == "" {
		return nil, badURL(redacted(raw))
	}
	if _, p, found := Secret(raw); found && a.password == "" {
		a.password = p
	}
	return a, nil
}

// filePath is the path in sqlite:///shop.db (absolute), sqlite:shop.db and
// sqlite://shop.db (in the current folder).
func filePath(u *url.URL) (string, error) {
	p := u.Opaque
	if p == "" {
		p = u.Host + u.Path
	}
	p, err := url.PathUnescape(p)
	if err != nil || p == "" {
		return "", badURL(u.Redacted())
	}
	if runtime.GOOS == "windows" && len(p) > 2 && p[0] == '/' && p[2] == ':' {
		p = p[1:]
	}
	return filepath.FromSlash(p), nil
}

func badURL(shown string) error {
	return userError("database_url", "from", core.Args{"url": shown})
}

// Name is what a source is called: the table, or the database.
func Name(db core.Database) string {
	if db.Table != "" {
		return db.Table
	}
	u, err := url.Parse(db.URL)
	if err != nil {
		return ""
	}
	name := strings.Trim(u.Path, "/")
	if strings.HasPrefix(u.Scheme, "sqlite") {
		if p, err := filePath(u); err == nil {
			name = filepath.Base(p)
		}
	}
	if name == "" {
		name = u.Hostname()
	}
	return name
}
