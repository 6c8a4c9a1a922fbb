package bot

// Staff is somebody who uses the desk, as their channel knows them at the
// moment of the call: rights are never remembered.
type Staff struct {
	ID     string // opaque and never reused, such as "slack:U123"
	Name   string // as colleagues know them
	Locale string // their language setting, such as "fr-CA"; may be empty
	Staff  bool   // may see and answer
	Admin  bool   // may do everything; includes Staff
}

// May reports whether the person has the rights of staff.
func (s Staff) May() bool { return s.Staff || s.Admin }
