package bot

import "time"

// What tests look at one by one, besides the conversations.
var (
	ReadName         = readName
	ReadOrganisation = readOrganisation
	ReadPlace        = readPlace
	ReadFree         = readFree
	ReadEmail        = readEmail
	ReadPhone        = readPhone
	MeantEmail       = meantEmail
	Inert            = inert
	CSVFile          = csvFile
)

// WantsToSignUp reports whether a text is understood as the wish to sign up.
func (b *Bot) WantsToSignUp(text string) bool { return b.words.wantsToSignUp(text) }

// CutPlace leaves out what people say before the name of a place.
func (b *Bot) CutPlace(text string) string { return b.words.cut("words-place", text) }

// Excepts reports whether a text says what it is not.
func (b *Bot) Excepts(text string) bool { return b.words.has("words-except", tokens(text)) }

// AdminCommands names all that only admins may do at the desk.
func AdminCommands() []string {
	var names []string
	for _, c := range deskCommands() {
		if c.admin {
			names = append(names, c.name)
		}
	}
	return names
}

// DeskCommand is what tests know of a command at the desk.
type DeskCommand struct {
	Name                          string
	Admin, Hidden, Submits, Keeps bool
}

// DeskCommands lists all that there is.
func DeskCommands() []DeskCommand {
	var list []DeskCommand
	for _, c := range deskCommands() {
		list = append(list, DeskCommand{c.name, c.admin, c.hidden, c.submit != nil, c.keep != nil})
	}
	return list
}

// Batches has so many recipients kept in one document.
func (b *Bot) Batches(of int) { b.batch = of }

// Hurry has what failed tried again sooner. It comes before Run.
func (b *Bot) Hurry() { b.taskEvery = 20 * time.Millisecond }
