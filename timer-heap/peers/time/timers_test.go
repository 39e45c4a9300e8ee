// Package timers has the workloads of benches/timers/go_workloads.rs,
// overshoot.rs and pending.rs in Go.
package timers

import (
	"fmt"
	"math/rand"
	"os"
	"runtime"
	"sort"
	"sync"
	"testing"
	"time"
)

const many = 1000

// parked is as many one-hour timers as the other side has.
var parked [1 << 15]*time.Timer

func TestMain(m *testing.M) {
	for i := range parked {
		parked[i] = time.AfterFunc(time.Hour, func() {})
	}
	os.Exit(m.Run())
}

// inAnHour is due within five seconds of an hour from now.
func inAnHour(random *rand.Rand) time.Duration {
	return time.Hour + time.Duration(random.Int63n(5e9))
}

// BenchmarkPending starts, stops and resets beside many timers.
func BenchmarkPending(b *testing.B) {
	for _, timer := range parked {
		timer.Stop()
	}
	for _, size := range []int{1_000, 100_000, 1_000_000} {
		random := rand.New(rand.NewSource(1))
		pending := make([]*time.Timer, size)
		for i := range pending {
			pending[i] = time.AfterFunc(inAnHour(random), func() {})
		}
		runtime.GC()
		b.Run(fmt.Sprintf("StartStop/%d", size), func(b *testing.B) {
			for n := 0; n < b.N; n++ {
				time.AfterFunc(inAnHour(random), func() {}).Stop()
			}
		})
		b.Run(fmt.Sprintf("ReplaceOne/%d", size), func(b *testing.B) {
			for n := 0; n < b.N; n++ {
				at := random.Intn(size)
				pending[at].Stop()
				pending[at] = time.AfterFunc(inAnHour(random), func() {})
			}
		})
		b.Run(fmt.Sprintf("ResetOne/%d", size), func(b *testing.B) {
			for n := 0; n < b.N; n++ {
				pending[random.Intn(size)].Reset(inAnHour(random))
			}
		})
		for _, timer := range pending {
			timer.Stop()
		}
	}
	for _, timer := range parked {
		timer.Reset(time.Hour)
	}
}

func BenchmarkAfterFunc(b *testing.B) {
	for n := 0; n < b.N; n++ {
		end := make(chan bool)
		left := many
		var next func()
		next = func() {
			if left == 0 {
				end <- true
				return
			}
			left--
			time.AfterFunc(0, next)
		}
		time.AfterFunc(0, next)
		<-end
	}
}

func BenchmarkSimultaneous(b *testing.B) {
	for n := 0; n < b.N; n++ {
		var all sync.WaitGroup
		all.Add(many)
		for i := 0; i < many; i++ {
			time.AfterFunc(0, all.Done)
		}
		all.Wait()
	}
}

func BenchmarkAfter(b *testing.B) {
	for n := 0; n < b.N; n++ {
		<-time.After(time.Nanosecond)
	}
}

func BenchmarkStop(b *testing.B) {
	for n := 0; n < b.N; n++ {
		time.AfterFunc(time.Hour, func() {}).Stop()
	}
}

func BenchmarkStartStop(b *testing.B) {
	started := make([]*time.Timer, many)
	for n := 0; n < b.N; n++ {
		for i := range started {
			started[i] = time.AfterFunc(time.Hour, func() {})
		}
		for _, timer := range started {
			timer.Stop()
		}
	}
}

func BenchmarkReset(b *testing.B) {
	timer := time.AfterFunc(time.Hour, func() {})
	for n := 0; n < b.N; n++ {
		timer.Reset(time.Hour)
	}
}

func BenchmarkSleep(b *testing.B) {
	for n := 0; n < b.N; n++ {
		for i := 0; i < many; i++ {
			time.Sleep(time.Nanosecond)
		}
	}
}

func BenchmarkTicker(b *testing.B) {
	ticker := time.NewTicker(time.Nanosecond)
	defer ticker.Stop()
	for n := 0; n < b.N; n++ {
		<-ticker.C
	}
}

// late reports the median of what round returns.
func late(b *testing.B, round func() time.Duration) {
	all := make([]time.Duration, b.N)
	for n := range all {
		all[n] = round()
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	b.ReportMetric(float64(all[len(all)/2].Nanoseconds()), "ns/op")
}

func slept(d time.Duration) func() time.Duration {
	return func() time.Duration {
		start := time.Now()
		time.Sleep(d)
		return time.Since(start) - d
	}
}

func BenchmarkOvershoot100us(b *testing.B) { late(b, slept(100*time.Microsecond)) }
func BenchmarkOvershoot1ms(b *testing.B)   { late(b, slept(time.Millisecond)) }

func BenchmarkParallelLatency(b *testing.B) {
	late(b, func() time.Duration {
		fired := make(chan time.Duration, 1)
		due := time.Now().Add(time.Millisecond)
		time.AfterFunc(time.Millisecond, func() { fired <- time.Since(due) })
		for {
			select {
			case lateness := <-fired:
				return lateness
			default:
			}
		}
	})
}

func ticks() (sum time.Duration) {
	const period = 3 * time.Millisecond
	due := time.Now()
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	for i := 0; i < 2; i++ {
		due = due.Add(period)
		<-ticker.C
		sum += time.Since(due)
		for start := time.Now(); time.Since(start) < period/10; {
		}
	}
	return sum
}

func BenchmarkStaggeredLatency(b *testing.B) {
	late(b, func() time.Duration {
		other := make(chan time.Duration)
		go func() { other <- ticks() }()
		sum := ticks()
		return (sum + <-other) / 4
	})
}
