package sealed

import (
	"context"
	"fmt"

	"exchangebot/bot"
)

// aboutDocument binds what is encrypted to its document.
func aboutDocument(d *bot.Document) string { return "document " + string(d.Kind) + " " + d.Key }

// Document implements [bot.DocumentStore].
func (s *Store) Document(ctx context.Context, kind bot.DocumentKind, key string) (*bot.Document, error) {
	d, err := s.Store.Document(ctx, kind, key)
	if err != nil {
		return nil, err
	}
	return d, s.openDocument(d)
}

// openDocument decrypts a document in place.
func (s *Store) openDocument(d *bot.Document) error {
	if d.Sealed == "" {
		return nil
	}
	k, err := s.keys.find(d.Sealed)
	var data []byte
	if err == nil {
		data, err = k.open(d.Data, aboutDocument(d))
	}
	if err != nil {
		return fmt.Errorf("read document: %w", err)
	}
	d.Data, d.Sealed = string(data), ""
	return nil
}

// SaveDocument implements [bot.DocumentStore]. All that a document holds is
// encrypted, if there is a key.
func (s *Store) SaveDocument(ctx context.Context, d *bot.Document) error {
	if len(s.keys) == 0 {
		return s.Store.SaveDocument(ctx, d)
	}
	sealed, k := *d, s.keys[0]
	sealed.Data, sealed.Sealed = k.seal([]byte(d.Data), aboutDocument(d)), k.id
	if err := s.Store.SaveDocument(ctx, &sealed); err != nil {
		return err
	}
	d.Version = sealed.Version
	return nil
}

// Documents implements [bot.DocumentStore].
func (s *Store) Documents(ctx context.Context, q bot.DocumentQuery) ([]*bot.Document, error) {
	list, err := s.Store.Documents(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, d := range list {
		if err := s.openDocument(d); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// TallyVolunteers implements [bot.TallyStore].
func (s *Store) TallyVolunteers(ctx context.Context, q bot.VolunteerQuery) (bot.Tally, error) {
	q.EmailKeys = s.emailKeys(q.EmailKeys)
	return s.Store.TallyVolunteers(ctx, q)
}
