package book

import "time"

// resetTimer is the recipe of Go's documentation before 1.23.
func resetTimer(t *time.Timer, d time.Duration) {
	// ANCHOR: reset
	if !t.Stop() {
		<-t.C
	}
	t.Reset(d)
	// ANCHOR_END: reset
}
