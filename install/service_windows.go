package install

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/kardianos/service"
	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
	"golang.org/x/sys/windows/svc"
	"golang.org/x/sys/windows/svc/eventlog"
	"golang.org/x/sys/windows/svc/mgr"
)

// scm is the Windows service control manager.
type scm struct{}

func newManager() manager { return scm{} }

// recovery is what Windows does when the agent ends by itself: the last action
// repeats, and a day without failure starts the count again.
var recovery = []mgr.RecoveryAction{
	{Type: mgr.ServiceRestart, Delay: time.Second},
	{Type: mgr.ServiceRestart, Delay: 5 * time.Second},
	{Type: mgr.ServiceRestart, Delay: 30 * time.Second},
}

const recoveryReset = 86400 // seconds

// config is the registration as kardianos makes it. It starts with the machine
// and not "delayed", because the shop opens when the machine is switched on.
func config(s Settings) *service.Config {
	return &service.Config{
		Name:        Name,
		DisplayName: DisplayName,
		Description: Description,
		Executable:  s.Executable,
		Arguments:   s.arguments(),
		Option: service.KeyValue{
			service.StartType:              service.ServiceStartAutomatic,
			"DelayedAutoStart":             false,
			service.OnFailure:              service.OnFailureRestart,
			service.OnFailureDelayDuration: "2s",
			service.OnFailureResetPeriod:   recoveryReset,
		},
	}
}

// install registers the service unless that has been done, by an earlier run
// or by the Windows installer, and then sets in either case what neither of
// them can.
func (m scm) install(ctx context.Context, s Settings) error {
	r, err := m.query(ctx)
	if err != nil {
		return err
	}
	if r.State == NotInstalled {
		if err := create(s); err != nil {
			return fmt.Errorf("register the service (this needs an administrator): %w", err)
		}
	}
	return withService(fullRights, func(h *mgr.Service) error {
		return configure(h, s)
	})
}

func create(s Settings) error {
	k, err := service.New(&program{}, config(s))
	if err != nil {
		return err
	}
	return k.Install()
}

// configure sets the start type, the error control, the quoted path and the
// recovery actions.
func configure(h *mgr.Service, s Settings) error {
	line, err := windows.UTF16PtrFromString(commandLine(s))
	if err != nil {
		return fmt.Errorf("write the service's command line: %w", err)
	}
	if err := windows.ChangeServiceConfig(h.Handle, windows.SERVICE_NO_CHANGE, windows.SERVICE_AUTO_START,
		windows.SERVICE_ERROR_NORMAL, line, nil, nil, nil, nil, nil, nil); err != nil {
		return fmt.Errorf("set the service's program and start: %w", err)
	}
	return errors.Join(
		tolerate(s.Log, "recovery actions", h.SetRecoveryActions(recovery, recoveryReset)),
		tolerate(s.Log, "recovery after an error", h.SetRecoveryActionsOnNonCrashFailures(true)),
	)
}

// tolerate turns "this Windows does not know the setting" into a warning: an
// agent that is not restarted by itself still counts.
func tolerate(log *slog.Logger, what string, err error) error {
	if errors.Is(err, windows.ERROR_INVALID_LEVEL) {
		log.Warn("this system does not know a setting of the service; it works without", "setting", what)
		return nil
	}
	if err != nil {
		return fmt.Errorf("set the service's %s: %w", what, err)
	}
	return nil
}

// commandLine quotes the program always: an unquoted path with a blank in it
// would let whoever can write C:\Program.exe run as the service.
func commandLine(s Settings) string {
	return `"` + s.Executable + `" ` + windows.ComposeCommandLine(s.arguments())
}

// uninstall deletes the registration. A missing event source is no failure,
// which is why this is not left to kardianos.
func (scm) uninstall(context.Context) error {
	err := withService(fullRights, func(h *mgr.Service) error { return h.Delete() })
	if err != nil {
		return fmt.Errorf("remove the service (this needs an administrator): %w", err)
	}
	if err := eventlog.Remove(Name); err != nil && !errors.Is(err, registry.ErrNotExist) {
		return fmt.Errorf("the service is removed, its entry in the event log is not: %w", err)
	}
	return nil
}

func (scm) start(context.Context) error {
	k, err := service.New(&program{}, &service.Config{Name: Name})
	if err != nil {
		return err
	}
	if err := k.Start(); !errors.Is(err, windows.ERROR_SERVICE_ALREADY_RUNNING) {
		return err
	}
	return nil
}

// stop does not go through kardianos, whose wait for the end of a service that
// hangs never ends.
func (scm) stop(context.Context) error {
	return withService(windows.SERVICE_STOP, func(h *mgr.Service) error {
		_, err := h.Control(svc.Stop)
		if errors.Is(err, windows.ERROR_SERVICE_NOT_ACTIVE) {
			return nil
		}
		return err
	})
}

func (scm) query(context.Context) (Report, error) {
	var r Report
	err := withService(windows.SERVICE_QUERY_STATUS, func(h *mgr.Service) error {
		s, err := h.Query()
		r = fromSCM(uint32(s.State), s.Win32ExitCode, s.ServiceSpecificExitCode)
		return err
	})
	if errors.Is(err, windows.ERROR_SERVICE_DOES_NOT_EXIST) {
		return Report{State: NotInstalled}, nil
	}
	return r, err
}

// reason is empty: the event log can be read only with the event viewer, and
// the report already leads there.
func (scm) reason(context.Context) string { return "" }

const fullRights = windows.SERVICE_ALL_ACCESS

// withService opens the service with just the rights asked for, so that the
// status can be seen without being an administrator.
func withService(rights uint32, use func(*mgr.Service) error) error {
	manager, err := windows.OpenSCManager(nil, nil, windows.SC_MANAGER_CONNECT)
	if err != nil {
		return fmt.Errorf("reach the service control manager: %w", err)
	}
	defer windows.CloseServiceHandle(manager)
	name, err := windows.UTF16PtrFromString(Name)
	if err != nil {
		return err
	}
	handle, err := windows.OpenService(manager, name, rights)
	if err != nil {
		return fmt.Errorf("open the service %s: %w", Name, err)
	}
	defer windows.CloseServiceHandle(handle)
	return use(&mgr.Service{Handle: handle, Name: Name})
}
