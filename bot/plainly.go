package bot

import "strings"

// saidAtDesk is the command that plain words at the desk call, besides the
// questions about sign-ups, and with what: "Gib mir die Statistik für Mai".
func (v *visit) saidAtDesk(text string) (c deskCommand, rest string, said bool) {
	words, known := strings.Fields(text), v.bot.words
	for n := min(len(words), 7); n > 0; n-- {
		call := known.drop("words-desk-show", tokens(strings.Join(words[:n], " ")))
		rest := strings.Join(words[n:], " ")
		for _, name := range []string{"questions", "stats", "export"} {
			if _, is := known.is("words-desk-"+name, call); !is {
				continue
			}
			_, filter := exportFormats(strings.TrimRight(rest, " .!?"))
			switch r := v.read(filter); {
			case filter == "":
			case name == "questions", len(r.Values) == 0 && r.From.IsZero() && r.To.IsZero(): // a question as citizens ask it
				continue
			}
			return v.bot.deskCommands[name], strings.TrimRight(rest, " .!?"), true
		}
	}
	if rest = strings.TrimRight(text, " .!?"); len(words) > 1 { // "la liste des écoles en Excel"
		last := rest[strings.LastIndexAny(rest, " \u00a0")+1:]
		if _, filter := exportFormats(rest); formatWords[strings.ToLower(last)] != "" && v.read(filter).Asked {
			return v.bot.deskCommands["export"], rest, true
		}
	}
	return deskCommand{}, "", false
}
