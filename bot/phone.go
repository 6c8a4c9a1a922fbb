package bot

import (
	"regexp"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// phoneForm finds what may be a number in a text; whether it is one,
// [readPhone] tells.
var phoneForm = regexp.MustCompile(`(?:\+ ?|00)?\(?[0-9][0-9 ()./\-–\x{00a0}]{4,24}[0-9]`)

// regions are the countries whose numbers may be written without their code.
var regions = map[City]string{Duesseldorf: "DE", Montreal: "CA"}

// phoneExamples are numbers of the two city halls, as people there write them;
// from elsewhere, a number needs its country code.
var phoneExamples = map[City]string{Duesseldorf: "0211 8991555", Montreal: "514 872-0311", Elsewhere: "+49 211 8991555"}

func phoneExample(city City) string {
	if example := phoneExamples[city]; example != "" {
		return example
	}
	return phoneExamples[Elsewhere]
}

// readPhone reads a telephone number, alone or within a sentence, into the
// international form E.164. A number without a country code is one of the
// city's country; from elsewhere, it needs its code.
func readPhone(text string, city City) (string, error) {
	text, err := readable(text)
	if err != nil {
		return "", err
	}
	values := Values{"Example": phoneExample(city)}
	found := phoneForm.FindAllString(text, -1)
	switch {
	case len(found) == 0:
		return "", invalid("invalid-phone", values)
	case len(found) > 1:
		return "", invalid("invalid-phone-several", values)
	}
	digits := strings.NewReplacer("–", "-", "\u00a0", " ").Replace(found[0])
	region := regions[city]
	// 00 is how Europe dials the +, and many write it so from anywhere.
	if strings.HasPrefix(digits, "00") {
		digits = "+" + digits[2:]
	}
	if region == "" && !strings.HasPrefix(digits, "+") {
		return "", invalid("invalid-phone-code", values)
	}
	number, err := phonenumbers.Parse(digits, region)
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return "", invalid("invalid-phone-number", Values{"Number": found[0], "Example": values["Example"]})
	}
	return phonenumbers.Format(number, phonenumbers.E164), nil
}

// showPhone writes a stored number as people read it.
func showPhone(stored string) string {
	number, err := phonenumbers.Parse(stored, "")
	if err != nil {
		return stored
	}
	return phonenumbers.Format(number, phonenumbers.INTERNATIONAL)
}
