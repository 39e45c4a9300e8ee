// Runs programs of objects, one a line, and prints each with its trace.
//
// The language is that of `finalizers/src/traces.rs`; whatever stands behind
// the = of a line is left out. Run by
// `cargo xtask peers finalizers --differential`, or by hand: go run .
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strings"
	"sync"
	"time"
	"weak"
)

type node struct {
	fields [3]*node
	id     int
	data   [32]byte
}

var (
	lock      sync.Mutex
	roots     [10]*node
	made      [10]bool
	finalized [10]bool
	weaks     [10]weak.Pointer[node]
	isWeak    [10]bool
	events    []string
)

func log(kind string, id int) { events = append(events, fmt.Sprint(kind, id)) }

//go:noinline
func finalize(n *node) {
	lock.Lock()
	defer lock.Unlock()
	finalized[n.id] = false
	log("f", n.id)
}

//go:noinline
func revive(n *node) {
	lock.Lock()
	defer lock.Unlock()
	finalized[n.id] = false
	log("r", n.id)
	roots[n.id] = n
}

func clean(id int) {
	lock.Lock()
	defer lock.Unlock()
	log("c", id)
}

//go:noinline
func step(word string) {
	lock.Lock()
	defer lock.Unlock()
	digit := func(at int) int { return int(word[at] - '0') }
	i := digit(1)
	if word[0] == 'n' {
		if !made[i] {
			made[i] = true
			roots[i] = &node{id: i}
		}
		return
	}
	n := roots[i]
	if n == nil {
		return
	}
	switch word[0] {
	case 'd':
		roots[i] = nil
	case 'l':
		if to := roots[digit(3)]; to != nil {
			n.fields[digit(2)] = to
		}
	case 'u':
		n.fields[digit(2)] = nil
	case 'f', 'r':
		if finalized[i] {
			return
		}
		finalized[i] = true
		if word[0] == 'f' {
			runtime.SetFinalizer(n, finalize)
		} else {
			runtime.SetFinalizer(n, revive)
		}
	case 'x':
		finalized[i] = false
		runtime.SetFinalizer(n, nil)
	case 'c':
		runtime.AddCleanup(n, clean, i)
	case 'w':
		weaks[i], isWeak[i] = weak.Make(n), true
	}
}

//go:noinline
func collect() string {
	runtime.GC()
	time.Sleep(3 * time.Millisecond)
	lock.Lock()
	defer lock.Unlock()
	sort.Strings(events)
	for i := range weaks {
		if isWeak[i] && weaks[i].Value() != nil {
			events = append(events, fmt.Sprint("w", i))
		}
	}
	trace := "[" + strings.Join(events, " ") + "]"
	events = nil
	return trace
}

func reset() {
	lock.Lock()
	roots, made, finalized = [10]*node{}, [10]bool{}, [10]bool{}
	isWeak = [10]bool{}
	lock.Unlock()
	for range 12 { // whatever is left of the program before
		collect()
		lock.Lock()
		roots = [10]*node{}
		lock.Unlock()
	}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		program, _, _ := strings.Cut(lines.Text(), " =")
		reset()
		trace := program + " ="
		for _, word := range strings.Fields(program) {
			if word == "g" {
				trace += " " + collect()
			} else {
				step(word)
			}
		}
		fmt.Println(trace)
	}
}
