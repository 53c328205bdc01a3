package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"auditpack/evidence/collect"
)

// mysqlUser is who asks the database, and the password that was typed. It is kept nowhere but, while the database is asked, in an
// option file in the folder that nobody else reads: never in an argument, in the environment or in a snapshot.
type mysqlUser struct{ name, password string }

// checkMySQL tells what is wrong with what was said of the database's user, and makes the path of the option file one that does not
// depend on the folder in which a program is started.
func (o *captureOptions) checkMySQL() (err error) {
	if o.MySQLLogin == "" {
		return nil
	}
	if o.MySQLUser != "" {
		return &usageError{errors.New("--mysql-user and --mysql-login both say who asks the database: give one")}
	}
	if o.MySQLLogin, err = filepath.Abs(o.MySQLLogin); err != nil {
		return err
	}
	if _, err := os.Stat(o.MySQLLogin); err != nil {
		return fmt.Errorf("--mysql-login: %w", err)
	}
	return nil
}

// askMySQL asks on the terminal for the password of a user, before anything is begun.
func askMySQL(ctx context.Context, name string, stderr io.Writer) (*mysqlUser, error) {
	if name == "" {
		return nil, nil
	}
	if !atTerminal() {
		return nil, errors.New("--mysql-user: there is no terminal to ask for the password: --mysql-login names an option file with it")
	}
	password, err := passphrases{ctx: ctx, stderr: stderr}.ask("password of the database's user " + name)
	if err != nil {
		return nil, fmt.Errorf("--mysql-user: %w", err)
	}
	u := &mysqlUser{name, password}
	if _, err := u.optionFile(); err != nil {
		return nil, fmt.Errorf("--mysql-user: %w", err)
	}
	return u, nil
}

// optionFile is what the client is told. In double quotes no sign begins a comment and blanks stay; a backslash begins an escape.
func (u *mysqlUser) optionFile() (string, error) {
	for _, text := range []string{u.name, u.password} {
		if strings.ContainsFunc(text, unicode.IsControl) {
			return "", errors.New("a control character cannot stand in an option file of MySQL")
		}
	}
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace
	return fmt.Sprintf("[client]\nuser=\"%s\"\npassword=\"%s\"\n", quote(u.name), quote(u.password)), nil
}

// write puts the option file into the scratch folder of a capture and returns its path, and how to remove it.
func (u *mysqlUser) write(scratch string) (path string, remove func() error, err error) {
	text, err := u.optionFile()
	if err != nil {
		return "", nil, err
	}
	path = filepath.Join(scratch, "login.cnf")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", nil, err
	}
	remove = func() error { return os.Remove(path) }
	_, err = io.WriteString(f, text)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", nil, errors.Join(err, remove())
	}
	return path, remove, nil
}

// runAsking runs the collectors. The option file of a user whose password was typed is there for as long as that takes.
func (o captureOptions) runAsking(ctx context.Context, h collect.Host, options collect.Options, put collect.Put) (err error) {
	if o.mysql != nil {
		path, remove, err := o.mysql.write(options.Scratch)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, remove()) }()
		options.MySQLLogin = path
	}
	return collect.Run(ctx, h, collect.All(), options, put)
}

// plannedLogin stands for an option file that is yet to be made, so that what is asked of the database is planned.
func (o captureOptions) plannedLogin() string {
	if o.MySQLUser != "" {
		return string(collect.NeedMySQLLogin)
	}
	return o.MySQLLogin
}
