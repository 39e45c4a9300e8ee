package book

import (
	"os"
	"syscall"
)

func lock(file *os.File) (lockErr error) {
	// ANCHOR: control
	conn, err := file.SyscallConn()
	if err != nil {
		return err
	}
	err = conn.Control(func(fd uintptr) {
		lockErr = syscall.Flock(int(fd), syscall.LOCK_EX)
	})
	// ANCHOR_END: control
	if err != nil {
		return err
	}
	return lockErr
}
