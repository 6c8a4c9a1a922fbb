package slack

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	slackapi "github.com/slack-go/slack"

	"exchangebot/bot"
)

const (
	// How long what Slack says about a person, and about the members of a
	// user group, is taken for true.
	personFor = time.Hour
	groupFor  = time.Minute
	// groupUntil is how long the last known members keep their rights while
	// Slack does not answer.
	groupUntil = 15 * time.Minute
	// askFor is how long a question about people may take.
	askFor = 1500 * time.Millisecond
)

// people are those who write to the bot, and what they may do.
type people struct {
	staff, admins []string // ids of users and user groups

	mu     sync.Mutex
	all    map[string]person
	groups map[string]members
}

type person struct {
	name, locale string
	asked        time.Time
}

type members struct {
	ids   []string
	asked time.Time
}

func newPeople(staff, admins []string) *people {
	return &people{staff: staff, admins: admins, all: map[string]person{}, groups: map[string]members{}}
}

// known is what Slack has told about a user; nothing: the zero person.
func (p *people) known(user string) person {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.all[user]
}

// staff is a person with the rights that they have at the moment.
func (c *Channel) staff(ctx context.Context, user string) bot.Staff {
	p := c.person(ctx, user)
	s := bot.Staff{ID: name + ":" + user, Name: p.name, Locale: p.locale}
	s.Admin = c.belongs(ctx, user, c.people.admins)
	s.Staff = s.Admin || c.belongs(ctx, user, c.people.staff)
	return s
}

// person is who a user is, as far as Slack tells at the moment.
func (c *Channel) person(ctx context.Context, user string) person {
	p := c.people.known(user)
	if time.Since(p.asked) < personFor {
		return p
	}
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	problem := c.try(ctx, call{method: "users.info", do: func(ctx context.Context) error {
		u, err := c.api.GetUserInfoContext(ctx, user, slackapi.GetUserInfoOptionIncludeLocale(true))
		if err == nil {
			p = person{cmp.Or(u.Profile.DisplayName, u.RealName, u.Name), u.Locale, time.Now()}
		}
		return err
	}})
	if problem != nil {
		return p // what was known, or nothing
	}
	c.people.mu.Lock()
	defer c.people.mu.Unlock()
	if len(c.people.all) >= 10_000 {
		clear(c.people.all)
	}
	c.people.all[user] = p
	return p
}

// belongs tells whether a user is among ids, or in a user group among them.
func (c *Channel) belongs(ctx context.Context, user string, ids []string) bool {
	return slices.ContainsFunc(ids, func(id string) bool {
		return id == user || strings.HasPrefix(id, "S") && slices.Contains(c.members(ctx, id), user)
	})
}

// members are the users in a group; nobody, where Slack does not tell.
func (c *Channel) members(ctx context.Context, group string) []string {
	c.people.mu.Lock()
	m := c.people.groups[group]
	c.people.mu.Unlock()
	if time.Since(m.asked) < groupFor {
		return m.ids
	}
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	fresh := members{asked: time.Now()}
	p := c.try(ctx, call{method: "usergroups.users.list", do: func(ctx context.Context) (err error) {
		fresh.ids, err = c.api.GetUserGroupMembersContext(ctx, group)
		return err
	}})
	switch {
	case p != nil && (p.kind == temporary || p.kind == limited || ctx.Err() != nil) && time.Since(m.asked) < groupUntil:
		return m.ids
	case p != nil:
		c.log.WarnContext(ctx, "members of a user group are not known", "group", group, "error", p)
		return nil
	}
	c.people.mu.Lock()
	defer c.people.mu.Unlock()
	c.people.groups[group] = fresh
	return fresh.ids
}
