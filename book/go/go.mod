module book

go 1.22
