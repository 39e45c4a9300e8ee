package main

import (
	"fmt"
	"os"

	"example.org/project/words"
)

func main() {
	for _, word := range os.Args[1:] {
		fmt.Println(words.Describe(word))
	}
	if len(os.Args) > 3 {
		fmt.Println(words.List[string](os.Args).Longest())
	}
}
