package book

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// One job runs; the second would wait for the lock that the first turn took.
func TestOneTurnOfTheLoop(t *testing.T) {
	var mu sync.Mutex
	ran := false
	runAll(&mu, []func(){func() { ran = !mu.TryLock() }})
	if !ran || !mu.TryLock() {
		t.Fatal("the lock is held in the job, and free after the function")
	}
}

func TestAPendingTimerIsReset(t *testing.T) {
	timer := time.NewTimer(time.Hour)
	resetTimer(timer, 0)
	<-timer.C
}

func TestSavedAndLocked(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	if err := save(name, []byte("data")); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := lock(file); err != nil {
		t.Fatal(err)
	}
}
