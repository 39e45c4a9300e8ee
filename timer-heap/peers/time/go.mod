module timers

go 1.18
