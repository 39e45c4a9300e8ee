module traces

go 1.24
