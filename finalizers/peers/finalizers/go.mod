module finalizers

go 1.24
