module github.com/stockhand/stockhand/queue/powertest

go 1.26.0

replace github.com/stockhand/stockhand => ../..

require (
	github.com/hanwen/go-fuse/v2 v2.12.1
	github.com/mattn/go-sqlite3 v1.14.53
)

require (
	github.com/gofrs/flock v0.13.2 // indirect
	github.com/oklog/ulid/v2 v2.1.2 // indirect
)

require (
	github.com/stockhand/stockhand v0.0.0
	golang.org/x/sys v0.49.0 // indirect
)
