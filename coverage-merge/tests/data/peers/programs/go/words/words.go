// Package words says what words are.
package words

import "strings"

type List[T ~string] []T

// Longest returns the longest word.
func (l List[T]) Longest() (longest T) {
	for _, word := range l {
		// Only a longer one counts.

		if len(word) > len(longest) {
			longest = word
		}
	}
	return longest
}

// Describe says what kind of word this is.
func Describe(word string) string {
	// A comment inside of a block,

	// and a blank line.
	upper := strings.ToUpper(word)
	switch {
	case word == "":
		return "nothing"

	case upper == word:
		return "loud"
	}
	short := func() bool { return len(word) < 4 }
	if short() {
		return "short"
	}

	// The rest.
	return "long"
}
