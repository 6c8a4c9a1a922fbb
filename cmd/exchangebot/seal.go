package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"exchangebot/adapters/sealed"
)

// checkAgain is how long a store that is away is left alone at the start.
const checkAgain = time.Second

// keys are those of DATA_KEY or DATA_KEY_FILE; none when neither is set.
func (c *Config) keys() (sealed.Keys, error) {
	name, text := "DATA_KEY", c.DataKey
	switch {
	case c.DataKey != "" && c.DataKeyFile != "":
		return nil, errors.New("DATA_KEY and DATA_KEY_FILE are both set: one of them is needed")
	case c.DataKeyFile != "":
		name = "DATA_KEY_FILE"
		data, err := os.ReadFile(c.DataKeyFile)
		if err != nil {
			return nil, fmt.Errorf("DATA_KEY_FILE: %w", err)
		}
		text = string(data)
	case c.DataKey == "":
		return nil, nil
	}
	keys, err := sealed.ParseKeys(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return keys, nil
}

// sealedStore is a store that is opened and closed as the one it seals.
type sealedStore struct {
	*sealed.Store
	inner store
}

func (s sealedStore) Open(ctx context.Context) error { return s.inner.Open(ctx) }
func (s sealedStore) Close() error                   { return s.inner.Close() }

// seal encrypts what the store keeps, where there is a key. Without one it
// still keeps what was encrypted before from being taken for content.
func (c *Config) seal(inner store) sealedStore {
	keys, _ := c.keys() // the mistake is told by validate
	return sealedStore{sealed.New(inner, keys), inner}
}

// checkKeys logs once when data was encrypted with a key that is missing, as
// soon as the store can be asked.
func (p *program) checkKeys(ctx context.Context) {
	for ctx.Err() == nil {
		err := p.store.Check(ctx)
		if missing := (*sealed.MissingKeyError)(nil); errors.As(err, &missing) {
			p.log.ErrorContext(ctx, "encrypted data cannot be read", "error", err)
			return
		}
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(checkAgain):
		}
	}
}

type rotateKeyCmd struct{}

// Run encrypts everything with the first key.
func (rotateKeyCmd) Run(ctx context.Context, c *Config, s streams) (err error) {
	if err := c.validateData(); err != nil {
		return err
	}
	store := newStore(c, c.logger(s.err))
	if !store.HasKeys() {
		return errors.New("there is no key: set DATA_KEY, or DATA_KEY_FILE, to the new key, a comma, and the old ones")
	}
	if err := store.Open(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if err := awaitStore(ctx, store); err != nil {
		return err
	}
	done, err := store.Rotate(ctx)
	if err != nil {
		return fmt.Errorf("%w (begin again: what is done is done)", err)
	}
	fmt.Fprintf(s.out, "encrypted with the first key: %d volunteers, %d conversations, %d documents\n", done.Volunteers, done.Conversations, done.Documents)
	fmt.Fprintln(s.out, "The other keys are not needed any more, once every replica runs with the first one.")
	return nil
}

// awaitStore waits until the store has been reached, as long as a check does.
func awaitStore(ctx context.Context, s store) error {
	ctx, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	for {
		err := s.Ping(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return err
		}
	}
}
