// Package mongotest is a server for tests of the MongoDB store: the one at
// MONGODB_URI where that is set, otherwise FerretDB, which is built and started
// when it is first asked for and speaks MongoDB's wire protocol.
//
// FerretDB's updates are not atomic, MongoDB's are: to be a fair stand-in, it is
// only reached through a [Proxy], which hands on one command at a time.
package mongotest

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	mongodriver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

var shared struct {
	sync.Mutex
	started bool
	ferret  *ferret // nil where MONGODB_URI is set
	proxy   *Proxy
	err     error
}

// Main runs the tests of a package that uses this one, ends FerretDB, and
// returns the exit code. What FerretDB had to say is shown when a test failed.
func Main(m *testing.M) int {
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.ferret == nil {
		return code
	}
	shared.proxy.close()
	output := shared.ferret.stop()
	if code != 0 {
		fmt.Fprintf(os.Stderr, "FerretDB's output:\n%s", output)
	}
	return code
}

// URI is where the server is. Without [Main], FerretDB ends with the process,
// and leaves its temporary folder.
func URI(t testing.TB) string {
	t.Helper()
	if uri := os.Getenv("MONGODB_URI"); uri != "" {
		return uri
	}
	shared.Lock()
	defer shared.Unlock()
	if !shared.started {
		shared.started = true
		shared.ferret, shared.err = startFerret()
		if shared.err == nil {
			shared.proxy, shared.err = newProxy(shared.ferret.addr)
		}
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.proxy.URI()
}

// NewProxy puts a [Proxy] of the test's own before the server, to be broken at
// will. A server that needs more than a host and a port is not put behind one:
// then the test is skipped.
func NewProxy(t testing.TB) *Proxy {
	t.Helper()
	URI(t)
	var server string
	if uri := os.Getenv("MONGODB_URI"); uri != "" {
		o := options.Client().ApplyURI(uri)
		if len(o.Hosts) != 1 || o.Auth != nil || o.TLSConfig != nil || strings.HasPrefix(uri, "mongodb+srv:") {
			t.Skip("the server at MONGODB_URI cannot be reached through a proxy")
		}
		server = o.Hosts[0]
	} else {
		server = shared.ferret.addr
	}
	p, err := newProxy(server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	return p
}

// Database is the name of a new database, which is dropped when the test ends.
func Database(t testing.TB) string {
	t.Helper()
	uri, name := URI(t), "exchangebot-test-"+strings.ToLower(rand.Text()[:12])
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		client, err := mongodriver.Connect(options.Client().ApplyURI(uri))
		if err == nil {
			err = client.Database(name).Drop(ctx)
			_ = client.Disconnect(ctx)
		}
		if err != nil {
			t.Errorf("drop database: %v", err)
		}
	})
	return name
}
