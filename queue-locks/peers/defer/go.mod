module defer

go 1.18
