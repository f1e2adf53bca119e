module github.com/stockhand/stockhand/queue/powertest

go 1.26.0

replace github.com/stockhand/stockhand => ../..

require (
	github.com/hanwen/go-fuse/v2 v2.12.1
	github.com/mattn/go-sqlite3 v1.14.53
)

require golang.org/x/sys v0.49.0 // indirect
