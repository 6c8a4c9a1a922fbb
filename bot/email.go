package bot

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// emailForm finds an address in a text; whether it is one, [readEmail] tells.
var emailForm = regexp.MustCompile(`[^\s<>,;:()"„“”«»‹›\[\]]+@[^\s<>,;:()"„“”«»‹›\[\]]+`)

// What an address may be made of: RFC 5321 (sections 4.1.2 and 4.5.3.1), with
// the letters of RFC 6531.
var (
	localForm = regexp.MustCompile("^[\\pL\\pM\\pN!#$%&'*+/=?^_`{|}~-]+(\\.[\\pL\\pM\\pN!#$%&'*+/=?^_`{|}~-]+)*$")
	topForm   = regexp.MustCompile(`^([a-z]{2,63}|xn--[a-z0-9-]+)$`)
)

const (
	maxLocal = 64
	maxEmail = 254
)

// readEmail reads an address, alone or within a sentence.
func readEmail(text string) (string, error) {
	text, err := readable(text)
	if err != nil {
		return "", err
	}
	found := emailForm.FindAllString(strings.ReplaceAll(text, "mailto:", ""), -1)
	switch {
	case len(found) > 1:
		return "", invalid("invalid-email-several", nil)
	case len(found) == 0 && strings.Contains(text, "@"):
		return "", invalid("invalid-email-incomplete", nil)
	case len(found) == 0:
		return "", invalid("invalid-email", nil)
	}
	address := strings.Trim(found[0], ".!?…'’‘")
	at := strings.LastIndex(address, "@")
	local, domain := address[:at], address[at+1:]
	switch {
	case !localForm.MatchString(local) || utf8.RuneCountInString(local) > maxLocal:
		return "", invalid("invalid-email-local", Values{"Part": clipTo(local, 40)})
	case !isDomain(domain):
		return "", invalid("invalid-email-domain", Values{"Part": clipTo(domain, 40)})
	case len(address) > maxEmail:
		return "", invalid("invalid-long", Values{"Max": maxEmail, "Length": len(address)})
	}
	return local + "@" + strings.ToLower(domain), nil
}

// isDomain reports a name of at least two labels, in any script (IDNA 2008 as
// browsers look it up).
func isDomain(domain string) bool {
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || len(ascii) > 253 {
		return false
	}
	labels := strings.Split(ascii, ".")
	return len(labels) > 1 && !slices.Contains(labels, "") && topForm.MatchString(labels[len(labels)-1])
}

// EmailKey is what two spellings of one address have in common.
func EmailKey(email string) string {
	at := strings.LastIndex(email, "@")
	if at < 0 {
		return ""
	}
	domain, err := idna.Lookup.ToASCII(email[at+1:])
	if err != nil {
		domain = email[at+1:]
	}
	return strings.ToLower(email[:at] + "@" + domain)
}

// mailDomains are where most people here have their mail: a domain that is one
// slip away from one of them is asked about.
var mailDomains = strings.Fields(`gmail.com googlemail.com gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.fr gmx.ca web.de t-online.de freenet.de
	posteo.de mailbox.org arcor.de mail.de email.de email.com online.de outlook.com outlook.de outlook.fr hotmail.com hotmail.de hotmail.fr
	hotmail.ca live.com live.de live.fr live.ca msn.com yahoo.com yahoo.de yahoo.fr yahoo.ca ymail.com icloud.com me.com mac.com
	aol.com aol.de protonmail.com proton.me orange.fr free.fr laposte.net sfr.fr wanadoo.fr videotron.ca videotron.qc.ca bell.net
	sympatico.ca cogeco.ca umontreal.ca mcgill.ca uqam.ca concordia.ca montreal.ca duesseldorf.de stadt.duesseldorf.de hhu.de
	mail.com zoho.com fastmail.com`)

// otherEndings are domains that nobody has mail at, by what they stand for.
var otherEndings = map[string]string{"gmail.de": "gmail.com", "gmail.fr": "gmail.com", "gmail.ca": "gmail.com", "icloud.de": "icloud.com", "icloud.fr": "icloud.com", "icloud.ca": "icloud.com"}

// topSlips are endings that nobody means.
var topSlips = map[string]string{"con": "com", "cmo": "com", "comm": "com", "coml": "com", "ocm": "com", "vom": "com", "dee": "de", "ed": "de", "fe": "de", "frr": "fr", "rf": "fr", "cq": "ca"}

// meantEmail is the address that a common slip was probably made for; empty
// when there is nothing to ask.
func meantEmail(email string) string {
	at := strings.LastIndex(email, "@")
	local, domain := email[:at+1], email[at+1:]
	if slices.Contains(mailDomains, domain) {
		return ""
	}
	if meant := otherEndings[domain]; meant != "" {
		return local + meant
	}
	for _, known := range mailDomains {
		if isSlip(domain, known) {
			return local + known
		}
	}
	name, top := domain[:strings.LastIndex(domain, ".")+1], domain[strings.LastIndex(domain, ".")+1:]
	if meant := topSlips[top]; meant != "" {
		return local + name + meant
	}
	return ""
}

// isSlip reports whether one letter was left out, doubled, mistaken or swapped
// with its neighbour. Names so short that the other may well exist are left alone.
func isSlip(typed, known string) bool {
	if abs(len(typed)-len(known)) > 1 || len(known) < 7 && typed[:1] != known[:1] {
		return false
	}
	i := 0
	for i < min(len(typed), len(known)) && typed[i] == known[i] {
		i++
	}
	a, b := typed[i:], known[i:]
	switch {
	case len(a) > len(b):
		return a[1:] == b
	case len(a) < len(b):
		return a == b[1:]
	case len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]:
		return true
	}
	return a != "" && a[1:] == b[1:]
}

func abs(n int) int { return max(n, -n) }

// clipTo shortens a value that is shown back.
func clipTo(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return text
}
