package sqlite

import "syscall"

// networkFileSystem returns the name of the file system that a folder is on, if
// it is one of those whose locks cannot be relied on.
func networkFileSystem(folder string) string {
	var stat syscall.Statfs_t
	if syscall.Statfs(folder, &stat) != nil {
		return ""
	}
	return networkNames[uint32(stat.Type)] // the magic numbers have 32 bits
}

// networkNames lists them by their magic numbers in statfs(2).
var networkNames = map[uint32]string{
	0x6969:     "NFS",
	0x517b:     "SMB",
	0xfe534d42: "SMB2",
	0xff534d42: "CIFS",
	0x65735546: "FUSE",
	0x01021997: "9P",
	0x00c36400: "Ceph",
	0x0bd00bd0: "Lustre",
	0x5346414f: "AFS",
	0x73757245: "Coda",
	0x564c:     "NCP",
}
