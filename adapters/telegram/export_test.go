package telegram

// Parse lets the tests read an update as the channel does.
var Parse = parse
