package collect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// local is the machine that the program runs on.
type local struct {
	scratch string
	folders map[string]string
	native  string // what System32 is for a 32-bit program; empty: System32
	about   About
	files   atomic.Int64
}

// NewLocal returns the machine that the program runs on. Programs write into scratch only, as far as they can be told.
func NewLocal(scratch string) (Host, error) {
	h := &local{scratch: scratch, folders: map[string]string{}}
	system, err := windows.GetSystemDirectory()
	if err != nil {
		return nil, fmt.Errorf("the system's folder: %w", err)
	}
	root := filepath.Dir(system)
	h.folders[System32], h.folders[SystemRoot], h.folders[SystemDrive] = system, root, filepath.VolumeName(root)
	var wow bool
	if windows.IsWow64Process(windows.CurrentProcess(), &wow) == nil && wow {
		h.native = root + `\Sysnative`
	}
	for _, f := range []struct {
		name     string
		id       *windows.KNOWNFOLDERID
		fallback string
	}{
		{ProgramX86, windows.FOLDERID_ProgramFilesX86, `\Program Files (x86)`},
		{ProgramData, windows.FOLDERID_ProgramData, `\ProgramData`},
	} {
		if h.folders[f.name], err = windows.KnownFolderPath(f.id, 0); err != nil {
			h.folders[f.name] = h.folders[SystemDrive] + f.fallback
		}
	}
	h.folders[ProgramFiles] = strings.TrimSuffix(h.folders[ProgramX86], " (x86)") // a 32-bit program is told the other one
	return h, h.ask()
}

// ask finds out what About returns.
func (h *local) ask() error {
	size := uint32(256)
	name := make([]uint16, size)
	if err := windows.GetComputerNameEx(windows.ComputerNamePhysicalDnsHostname, &name[0], &size); err != nil {
		return fmt.Errorf("the host's name: %w", err)
	}
	h.about.Name = strings.ToUpper(windows.UTF16ToString(name))
	h.about.Operator = operator()
	h.about.Elevated = windows.GetCurrentProcessToken().IsElevated()
	oem, _, _ := windows.NewLazySystemDLL("kernel32.dll").NewProc("GetOEMCP").Call()
	h.about.CodePage, h.about.ANSIPage = int(oem), int(windows.GetACP())
	if names, err := windows.GetUserPreferredUILanguages(windows.MUI_LANGUAGE_NAME); err == nil && len(names) > 0 {
		h.about.Language = names[0]
	}
	return nil
}

// operator returns who runs the program, as whoami names them. Package os/user would ask the domain for the name to
// display, and calls SYSTEM by the name of the machine's account.
func operator() string {
	who, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return ""
	}
	if account, domain, _, err := who.User.Sid.LookupAccount(""); err == nil {
		return domain + `\` + account
	}
	return who.User.Sid.String()
}

func (h *local) About(context.Context) (About, error) { return h.about, nil }

func (h *local) Folder(name string) string { return h.folders[name] }

// at returns where a path of the 64-bit system is for this program.
func (h *local) at(path string) string {
	system := h.folders[System32]
	if h.native != "" && len(path) > len(system) && strings.EqualFold(path[:len(system)], system) && path[len(system)] == '\\' {
		return h.native + path[len(system):]
	}
	return path
}

// environment is the same for every program, whatever the one has in which auditpack was called.
func (h *local) environment() []string {
	f := h.folders
	system := f[System32]
	host, _, _ := strings.Cut(h.about.Name, ".")
	domain, who, ok := strings.Cut(h.about.Operator, `\`)
	if !ok {
		domain, who = host, h.about.Operator
	}
	return []string{
		"SystemRoot=" + f[SystemRoot], "windir=" + f[SystemRoot], "SystemDrive=" + f[SystemDrive], `ComSpec=` + system + `\cmd.exe`,
		"PATH=" + system + ";" + f[SystemRoot] + ";" + system + `\Wbem`, "PATHEXT=.COM;.EXE",
		"ProgramFiles=" + f[ProgramFiles], "ProgramW6432=" + f[ProgramFiles], "ProgramFiles(x86)=" + f[ProgramX86], "ProgramData=" + f[ProgramData],
		"COMPUTERNAME=" + host, "USERNAME=" + who, "USERDOMAIN=" + domain, "OS=Windows_NT", "PROCESSOR_ARCHITECTURE=AMD64",
		"TEMP=" + h.scratch, "TMP=" + h.scratch,
		"PSModulePath=" + system + `\WindowsPowerShell\v1.0\Modules;` + f[ProgramFiles] + `\WindowsPowerShell\Modules`,
		"PSModuleAnalysisCachePath=" + h.scratch + `\modules`, // PowerShell writes one into the user's profile otherwise
		"POWERSHELL_TELEMETRY_OPTOUT=1",
	}
}

// Run runs a program without a window, a shell or anything to read from, in a job of its own, so that what it starts ends
// with it.
func (h *local) Run(ctx context.Context, c Command, stdout, stderr io.Writer) (Ran, error) {
	args := slices.Clone(c.Args)
	file, log := h.writes(args, OutFile), h.writes(args, LogFile)
	if log != "" {
		defer os.Remove(log)
	}
	ran := Ran{Argv: append([]string{h.at(c.Program)}, args...)}
	job, err := newJob()
	if err != nil {
		return ran, fmt.Errorf("a job for the program: %w", err)
	}
	defer windows.CloseHandle(job)
	cmd := exec.CommandContext(ctx, ran.Argv[0])
	cmd.Path, cmd.Args, cmd.Env, cmd.Dir = ran.Argv[0], ran.Argv, h.environment(), h.folders[System32]
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NO_WINDOW | windows.CREATE_SUSPENDED}
	cmd.Cancel = func() error { return windows.TerminateJobObject(job, 1) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		if errors.Is(err, windows.ERROR_ELEVATION_REQUIRED) {
			err = fmt.Errorf("%s: %w", c.Program, fs.ErrPermission)
		}
		return ran, err
	}
	if err := intoJob(job, cmd.Process.Pid); err != nil { // then it alone is ended, and not what it starts
		cmd.Cancel = cmd.Process.Kill
	}
	resumed := resume(cmd.Process.Pid) // only now, so that nothing it starts is outside of the job
	if resumed != nil {
		cmd.Process.Kill()
	}
	err = cmd.Wait()
	if resumed != nil {
		return ran, fmt.Errorf("the program could not be begun: %w", resumed)
	}
	ran.ExitCode = cmd.ProcessState.ExitCode()
	if file != "" {
		if f, e := os.Open(file); e == nil {
			ran.File = &exported{f}
		}
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = nil
	}
	if e := ctx.Err(); e != nil {
		err = e
	}
	return ran, err
}

// writes puts the path of a new file in the scratch folder in the place of a placeholder, and returns it; empty: no argument has it.
func (h *local) writes(args []string, placeholder string) (file string) {
	for i := range args {
		if strings.Contains(args[i], placeholder) {
			if file == "" {
				file = filepath.Join(h.scratch, fmt.Sprintf("export-%d.tmp", h.files.Add(1)))
				os.Remove(file)
			}
			args[i] = strings.ReplaceAll(args[i], placeholder, file)
		}
	}
	return file
}

// exported is a file that a program wrote. It is removed when it was read.
type exported struct{ *os.File }

func (f *exported) Close() error {
	return errors.Join(f.File.Close(), os.Remove(f.Name()))
}

// newJob makes a job whose processes end when it is closed.
func newJob() (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, err
	}
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation, uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	if err != nil {
		windows.CloseHandle(job)
		return 0, err
	}
	return job, nil
}

func intoJob(job windows.Handle, pid int) error {
	p, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		return err
	}
	defer windows.CloseHandle(p)
	return windows.AssignProcessToJobObject(job, p)
}

// errRemote is why a file is not opened.
var errRemote = errors.New("is on a drive of the network, and a capture opens no connection of its own")

// remote reports whether a path is on another machine.
func remote(path string) bool {
	if strings.HasPrefix(path, `\\`) {
		return true
	}
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(path) + `\`)
	return err == nil && windows.GetDriveType(root) == windows.DRIVE_REMOTE
}

func (h *local) Open(path string) (io.ReadCloser, error) {
	if remote(path) {
		return nil, errRemote
	}
	f, err := os.Open(h.at(path))
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(errors.New("is no file"), f.Close())
	}
	return f, nil
}

func (h *local) Names(folder string) ([]string, error) {
	if remote(folder) {
		return nil, errRemote
	}
	if strings.HasSuffix(folder, ":") {
		folder += `\`
	}
	entries, err := os.ReadDir(h.at(folder))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() {
			name += `\`
		}
		names = append(names, name)
	}
	return names, nil
}

// hives are the roots of the registry.
var hives = map[string]registry.Key{"HKLM": registry.LOCAL_MACHINE, "HKCU": registry.CURRENT_USER, "HKU": registry.USERS}

func openKey(key string, access uint32) (registry.Key, error) {
	hive, path, _ := strings.Cut(key, `\`)
	root, ok := hives[hive]
	if !ok {
		return 0, fmt.Errorf("%s: not a root of the registry", hive)
	}
	return registry.OpenKey(root, path, access|registry.WOW64_64KEY)
}

func (h *local) Value(key, name string) (string, error) {
	k, err := openKey(key, registry.QUERY_VALUE)
	if err != nil {
		return "", err
	}
	defer k.Close()
	text, _, err := k.GetStringValue(name)
	return text, err
}

func (h *local) Subkeys(key string) ([]string, error) {
	k, err := openKey(key, registry.ENUMERATE_SUB_KEYS)
	if err != nil {
		return nil, err
	}
	defer k.Close()
	names, err := k.ReadSubKeyNames(-1)
	slices.Sort(names)
	return names, err
}

// Text decodes UTF-8, in which PowerShell is told to write, its errors too, and else from the console's code page.
func (h *local) Text(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	n, err := windows.MultiByteToWideChar(uint32(h.about.CodePage), 0, &b[0], int32(len(b)), nil, 0)
	if err != nil || n == 0 {
		return plainText(b)
	}
	wide := make([]uint16, n)
	if _, err := windows.MultiByteToWideChar(uint32(h.about.CodePage), 0, &b[0], int32(len(b)), &wide[0], n); err != nil {
		return plainText(b)
	}
	return windows.UTF16ToString(wide)
}
