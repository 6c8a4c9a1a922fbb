package bot

import (
	"context"
	"time"
)

const (
	// keepConversations is how long a silent chat is remembered.
	keepConversations = 2 * 365 * 24 * time.Hour
	expireEvery       = time.Hour
	expireAtOnce      = 500
)

// expire forgets silent chats, in small steps, until ctx ends.
func (b *Bot) expire(ctx context.Context) error {
	tick := time.NewTicker(expireEvery)
	defer tick.Stop()
	for {
		total := 0
		for {
			n, err := b.store.ExpireConversations(ctx, b.now().Add(-keepConversations), expireAtOnce)
			if err != nil && ctx.Err() == nil {
				b.log.WarnContext(ctx, "conversations not expired", "error", err)
			}
			if total += n; err != nil || n < expireAtOnce {
				break
			}
		}
		if total > 0 {
			b.log.InfoContext(ctx, "conversations expired", "count", total)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
