package bot

import (
	"context"
	"fmt"
	"strings"
)

// MaxFailures is how many of those who did not get an announcement are listed.
const MaxFailures = 100_000

// listFailures makes a file of who did not get it, and why.
func listFailures(ctx context.Context, v *visit, id string) (Response, error) {
	a, none, err := v.announcement(ctx, id)
	if err != nil || none != nil {
		return orNone(none), err
	}
	data, n, err := v.failures(ctx, id)
	switch {
	case err != nil:
		return Response{}, err
	case n == 0:
		return v.pass("desk-failures-none", nil), nil
	}
	text := v.say("desk-failures", Values{"Count": n, "Title": v.titleOf(a)})
	if n > MaxFailures {
		text += " " + v.say("desk-failures-cut", Values{"Count": MaxFailures})
	}
	return Response{View: v.view(text),
		File: &File{Name: v.say("desk-failures-name", nil) + "-" + id + ".csv", MediaType: "text/csv", Data: data}}, nil
}

// failures is the file, and how many they are: the first of them are listed.
func (v *visit) failures(ctx context.Context, id string) (data []byte, n int, err error) {
	rows := [][]string{strings.Split(v.plain("desk-failures-header", nil), ", ")}
	err = v.bot.Campaigns().Failures(ctx, id, func(f Failure) error {
		if n++; n <= MaxFailures {
			rows = append(rows, []string{channelName(f.Channel), v.languageName(f.Language), v.plain("desk-outcome-"+string(f.Reason), nil), f.Reference})
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	return csvFile(rows), n, v.audit(ctx, AuditRead, "announce-failures", id, fmt.Sprint(n))
}
