// Measures Go's finalizers, cleanups, weak pointers and files.
//
// Prints one line each: a name and nanoseconds. Run by
// `cargo xtask peers finalizers`, or by hand: go run .
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
	"weak"
)

const (
	objects = 100_000
	rounds  = 15
	opens   = 20_000
)

// About the size of what Go keeps for a file.
type object struct {
	next *object
	data [56]byte
}

var (
	kept *object
	done atomic.Int64
)

// best is the lowest time of one of count operations over some rounds.
func best(name string, count int, before, body func()) {
	lowest := time.Duration(1 << 62)
	for range rounds {
		before()
		start := time.Now()
		body()
		lowest = min(lowest, time.Since(start))
	}
	fmt.Printf("%s %.2f\n", name, float64(lowest.Nanoseconds())/float64(count))
}

func plain()     { kept = new(object) }
func finalizer() { o := new(object); runtime.SetFinalizer(o, finalize); kept = o }
func cleanup()   { o := new(object); runtime.AddCleanup(o, clean, 1); kept = o }
func weakly()    { o := new(object); last = weak.Make(o); kept = o }

var last weak.Pointer[object]

func finalize(*object) { done.Add(1) }
func clean(int)        { done.Add(1) }

func many(one func()) func() {
	return func() {
		for range objects {
			one()
		}
	}
}

// settle lets everything that is due run, and sweeps.
func settle() {
	kept = nil
	for range 3 {
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
}

// life allocates, collects, and waits until all due functions have run.
func life(one func(), due int64) func() {
	return func() {
		done.Store(0)
		many(one)()
		kept = nil
		runtime.GC()
		for done.Load() < due {
			runtime.Gosched()
		}
	}
}

func open() {
	for range opens {
		file, err := os.Open("/dev/null")
		if err != nil {
			panic(err)
		}
		file.Close()
	}
}

func rawOpen() {
	for range opens {
		fd, err := syscall.Open("/dev/null", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if err != nil {
			panic(err)
		}
		syscall.Close(fd)
	}
}

func main() {
	best("register/plain", objects, settle, many(plain))
	best("register/finalizer", objects, settle, many(finalizer))
	best("register/cleanup", objects, settle, many(cleanup))
	best("register/weak", objects, settle, many(weakly))
	best("whole-life/plain", objects, settle, life(plain, 0))
	best("whole-life/finalizer", objects, settle, life(finalizer, objects-1))
	best("whole-life/cleanup", objects, settle, life(cleanup, objects-1))
	held := new(object)
	pointer := weak.Make(held)
	best("upgrade/weak", objects, settle, many(func() { kept = pointer.Value() }))
	runtime.KeepAlive(held)
	best("open-close/bare", opens, settle, rawOpen)
	best("open-close/file", opens, settle, open)
}
