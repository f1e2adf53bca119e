package install

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

// DefaultPaths are where the installer for Windows puts things. The folder is
// asked of the system: a service may run without the environment variable of
// the same meaning, and with System32 as its working directory.
func DefaultPaths() (Paths, error) {
	root, err := windows.KnownFolderPath(windows.FOLDERID_ProgramData, windows.KF_FLAG_DEFAULT)
	if err != nil {
		return Paths{}, fmt.Errorf("ask Windows for the folder of program data: %w", err)
	}
	base := filepath.Join(root, "Stockhand")
	return Paths{
		Config:  filepath.Join(base, "stockhand.toml"),
		Data:    filepath.Join(base, "data"),
		Secrets: filepath.Join(base, "secrets"),
	}, nil
}

// folderRights let the system and administrators do everything and nobody
// else anything, inherit to what lies inside, and take nothing from above.
const folderRights = "O:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"

// PrepareFolder makes a folder that only the system and administrators can
// enter. Any user may create folders under ProgramData before we do and would
// then own them, or put a link there that leads elsewhere: so the rights are
// set again at each start, and a link is refused.
func PrepareFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fmt.Errorf("make the folder %s: %w", path, err)
	}
	dir, err := openFolder(path)
	if err != nil {
		return fmt.Errorf("open the folder %s: %w", path, err)
	}
	defer windows.CloseHandle(dir)
	if err := refuseLink(dir, path); err != nil {
		return err
	}
	if err := setRights(dir); err != nil {
		return fmt.Errorf("set the rights of the folder %s (this needs an administrator): %w", path, err)
	}
	return nil
}

// openFolder opens the folder itself, not what a link in its place leads to.
func openFolder(path string) (windows.Handle, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, err
	}
	return windows.CreateFile(name,
		windows.READ_CONTROL|windows.WRITE_DAC|windows.WRITE_OWNER,
		windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE,
		nil, windows.OPEN_EXISTING,
		windows.FILE_FLAG_BACKUP_SEMANTICS|windows.FILE_FLAG_OPEN_REPARSE_POINT, 0)
}

func refuseLink(dir windows.Handle, path string) error {
	var info windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(dir, &info); err != nil {
		return fmt.Errorf("look at the folder %s: %w", path, err)
	}
	if info.FileAttributes&windows.FILE_ATTRIBUTE_DIRECTORY == 0 {
		return fmt.Errorf("%s is not a folder: move that file away", path)
	}
	if info.FileAttributes&windows.FILE_ATTRIBUTE_REPARSE_POINT != 0 {
		return fmt.Errorf("%s is a link to another place, which Stockhand does not follow: remove the link, or name the other folder in the configuration", path)
	}
	return refuseMoved(dir, path)
}

// refuseMoved catches a link further up the path.
func refuseMoved(dir windows.Handle, path string) error {
	buf := make([]uint16, windows.MAX_LONG_PATH)
	n, err := windows.GetFinalPathNameByHandle(dir, &buf[0], uint32(len(buf)), 0)
	if err != nil {
		return fmt.Errorf("ask where the folder %s really is: %w", path, err)
	}
	real := strings.TrimPrefix(windows.UTF16ToString(buf[:min(int(n), len(buf))]), `\\?\`)
	if !strings.EqualFold(filepath.Clean(real), filepath.Clean(path)) {
		return fmt.Errorf("%s really is %s: remove the link on the way, or name the real folder in the configuration", path, real)
	}
	return nil
}

func setRights(dir windows.Handle) error {
	sd, err := windows.SecurityDescriptorFromString(folderRights)
	if err != nil {
		return err
	}
	defer runtime.KeepAlive(unsafe.Pointer(sd))
	owner, _, ownerErr := sd.Owner()
	dacl, _, daclErr := sd.DACL()
	if err := errors.Join(ownerErr, daclErr); err != nil {
		return err
	}
	return windows.SetSecurityInfo(dir, windows.SE_FILE_OBJECT,
		windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION,
		owner, nil, dacl, nil)
}
