// Package losefs is a file system that loses power on request.
//
// A Drive holds two versions of everything in memory: the one that running
// programs see and the one that would be found after a power cut. A write
// reaches the second version when its file is synced, a name (create, rename,
// remove) when its folder is. Cut ends the drive and returns the next one, as
// a machine would find it after its restart: with everything that was synced
// and, by the Mode, none or a random part of the rest.
//
// What the model demands of a program is at least what ext4 and NTFS on an
// honest disk demand: no write is durable by itself, writes that were not
// synced may survive in any order and in part, and a synced file without a
// synced name is gone. It does not model a disk that lies about a sync, nor
// decay of what was synced.
//
// Drive is plain memory and can be tested without rights; Mount shows it to
// other processes through FUSE.
package losefs
