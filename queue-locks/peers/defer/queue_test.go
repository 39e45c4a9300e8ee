package queue

import (
	"testing"
	"time"
)

const values = 1000

// put measures a thousand calls on a queue that has its memory already, and
// reports nanoseconds a call.
func put(b *testing.B, put func(*Queue, uint64)) {
	q := &Queue{items: make([]uint64, 0, values)}
	b.ResetTimer()
	for n := 0; n < b.N; n++ {
		q.items = q.items[:0]
		for value := uint64(0); value < values; value++ {
			put(q, value)
		}
	}
	b.StopTimer()
	if len(q.items) != values {
		b.Fatal("a value is missing")
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*values), "ns/call")
}

func BenchmarkExplicit(b *testing.B)     { put(b, (*Queue).Put) }
func BenchmarkOpenCoded(b *testing.B)    { put(b, (*Queue).PutDefer) }
func BenchmarkFrameRecords(b *testing.B) { put(b, (*Queue).PutFrame) }
func BenchmarkHeapRecords(b *testing.B)  { put(b, (*Queue).PutHeap) }

var calls int

// panics panics with ten deferred calls; the outermost of them recovers, but
// only after the clock was read.
func panics(start *time.Time, last *time.Duration) {
	defer func() {
		*last = time.Since(*start)
		recover()
	}()
	for i := 1; i < 10; i++ {
		defer func() { calls++ }()
	}
	*start = time.Now()
	panic("nobody recovers")
}

// BenchmarkPanic measures from the panic to the last of ten deferred calls.
func BenchmarkPanic(b *testing.B) {
	var start time.Time
	var last, total time.Duration
	for n := 0; n < b.N; n++ {
		panics(&start, &last)
		total += last
	}
	b.ReportMetric(float64(total.Nanoseconds())/float64(b.N), "ns/call")
}
