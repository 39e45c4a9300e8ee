package book

import "sync"

// runAll holds the lock for longer than it looks.
// ANCHOR: loop
func runAll(mu *sync.Mutex, jobs []func()) {
	for _, job := range jobs {
		mu.Lock()         // the second turn hangs here:
		defer mu.Unlock() // heap-allocated
		job()
	}
}
// ANCHOR_END: loop
