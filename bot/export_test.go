package bot

// What tests look at one by one, besides the conversations.
var (
	ReadName         = readName
	ReadOrganisation = readOrganisation
	ReadPlace        = readPlace
	ReadFree         = readFree
	ReadEmail        = readEmail
	ReadPhone        = readPhone
	MeantEmail       = meantEmail
)

// WantsToSignUp reports whether a text is understood as the wish to sign up.
func (b *Bot) WantsToSignUp(text string) bool { return b.words.wantsToSignUp(text) }
