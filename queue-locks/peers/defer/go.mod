module defer

go 1.20
