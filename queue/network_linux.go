package queue

import "golang.org/x/sys/unix"

// File systems on which WAL cannot work or whose locks cannot be trusted
// (https://www.sqlite.org/wal.html; statfs(2) lists the numbers).
var networks = map[uint32]string{
	unix.NFS_SUPER_MAGIC:  "NFS",
	unix.SMB_SUPER_MAGIC:  "SMB",
	unix.SMB2_SUPER_MAGIC: "SMB",
	unix.CIFS_SUPER_MAGIC: "SMB",
	unix.V9FS_MAGIC:       "9P",
	unix.CEPH_SUPER_MAGIC: "Ceph",
	unix.AFS_SUPER_MAGIC:  "AFS",
	unix.CODA_SUPER_MAGIC: "Coda",
	unix.FUSE_SUPER_MAGIC: fuse,
}

// networkOf names the network file system that a folder lies on, or "".
func networkOf(folder string) string {
	var st unix.Statfs_t
	if unix.Statfs(folder, &st) != nil {
		return ""
	}
	return networks[uint32(st.Type)]
}
