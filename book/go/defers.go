package book

import "sync"

var mutex sync.Mutex

// ANCHOR: defers
func behindAnIf(isShared bool) {
	if isShared {
		mutex.Lock()
		defer mutex.Unlock() // open-coded
	}
	mutex.TryLock()
}

func inALoop(locks []sync.Mutex) {
	for i := range locks {
		locks[i].Lock()
		defer locks[i].Unlock() // heap-allocated
	}
	defer mutex.TryLock() // stack-allocated
}

// ANCHOR_END: defers

// ANCHOR: sixteen-exits
func fourTimesFour(n int) int {
	defer mutex.TryLock() // stack-allocated
	defer mutex.TryLock() // stack-allocated
	defer mutex.TryLock() // stack-allocated
	defer mutex.TryLock() // stack-allocated
	if n < 1 {
		return -n
	}
	if n < 2 {
		return n + n
	}
	if n < 3 {
		return n * n
	}
	return n
}

// ANCHOR_END: sixteen-exits
