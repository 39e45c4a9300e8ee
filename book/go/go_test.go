package book

import (
	"os"
	"path/filepath"
	"testing"
)

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
