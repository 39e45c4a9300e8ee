// Package book has the Go that the chapters show; a test of the book
// compiles it where there is a Go.
package book

import (
	"errors"
	"os"
)

// ANCHOR: save
func save(name string, data []byte) (err error) {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = file.Write(data)
	return err
}

// ANCHOR_END: save
