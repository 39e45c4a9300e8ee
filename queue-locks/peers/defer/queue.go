// Package queue is the queue of queue-locks in Go: one way to unlock a function.
package queue

import "sync"

// Queue is a slice under a mutex.
type Queue struct {
	mutex sync.Mutex
	items []uint64
}

// Put unlocks by hand.
func (q *Queue) Put(value uint64) {
	q.mutex.Lock()
	q.items = append(q.items, value)
	q.mutex.Unlock()
}

// PutDefer has one defer and one way out: open-coded since Go 1.14.
func (q *Queue) PutDefer(value uint64) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.items = append(q.items, value)
}

// PutFrame has so many ways out (returns times defers above 15) that the
// compiler keeps the record in the frame, as Go 1.13 did.
func (q *Queue) PutFrame(value uint64) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	q.items = append(q.items, value)
	switch value {
	case 1 << 60:
		return
	case 1<<60 + 1:
		return
	case 1<<60 + 2:
		return
	case 1<<60 + 3:
		return
	case 1<<60 + 4:
		return
	case 1<<60 + 5:
		return
	case 1<<60 + 6:
		return
	case 1<<60 + 7:
		return
	case 1<<60 + 8:
		return
	case 1<<60 + 9:
		return
	case 1<<60 + 10:
		return
	case 1<<60 + 11:
		return
	case 1<<60 + 12:
		return
	case 1<<60 + 13:
		return
	case 1<<60 + 14:
		return
	case 1<<60 + 15:
		return
	}
}

// PutHeap defers in a loop: a record of the heap, as in Go 1.12 and before.
func (q *Queue) PutHeap(value uint64) {
	q.mutex.Lock()
	for i := 0; i < 1; i++ {
		defer q.mutex.Unlock()
	}
	q.items = append(q.items, value)
}
