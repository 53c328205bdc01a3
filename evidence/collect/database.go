package collect

import "time"

// MySQL asks the database server what it is and who may log on, without any password or its hash, and takes its option
// file.
//
// A statement fails as a whole for one column or @@variable that the server does not know. MySQL 5.6 and MariaDB before 10.5 have no
// require_secure_transport, and in mysql.user they and every MariaDB do not say whether an account is locked. So variables are shown, which leaves out what there is
// not, and the columns stand in a comment that MySQL from 5.7.6 on executes, and MariaDB ignores, as all with numbers from 50700 on.
var MySQL = &Collector{
	Name:    "mysql",
	Shows:   "the database: version, where it listens, rules for passwords, who may log on from where",
	Serves:  []string{"mysql:", "my-ini:", "product:MySQL"},
	Timeout: time.Minute,
	Sources: []Source{
		query("server.txt", "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version','version_comment','hostname','port','bind_address','skip_networking','require_secure_transport')"),
		query("variables.txt", "SHOW GLOBAL VARIABLES WHERE Variable_name LIKE 'validate_password%' OR Variable_name LIKE '%bind_address' OR Variable_name LIKE 'mysqlx_port' OR Variable_name LIKE 'tls_version' OR Variable_name LIKE 'have_ssl' OR Variable_name IN ('port','hostname','local_infile','skip_name_resolve','default_authentication_plugin','secure_file_priv','basedir','datadir','log_error')"),
		query("users.txt", "SELECT user, host, plugin /*!50706 , account_locked, password_expired, password_lifetime */ FROM mysql.user"),
		{Item: "my.ini", Format: "MySQL option file", File: ProgramData + `\MySQL\MySQL Server *\my.ini`, Hide: []*Rule{optionPasswords}},
		{Item: "my-labtech.ini", Format: "MySQL option file", File: ProgramX86 + `\LabTech\mysql\my.ini`, Hide: []*Rule{optionPasswords}},
	},
}

// Automate asks the database of ConnectWise Automate for its version, and for its users with their classes.
var Automate = &Collector{
	Name:    "automate",
	Shows:   "ConnectWise Automate: version, users, their classes and permissions",
	Serves:  []string{"product:ConnectWise Automate", "automate-permission:"},
	Timeout: time.Minute,
	Sources: []Source{
		query("version.txt", "SELECT CONCAT(majorversion,'.',minorversion) FROM labtech.config"),
		query("users-classes.txt", "SELECT u.UserID, u.Name, c.ClassID, c.Name, c.Permissions, c.PermissionsHigh FROM labtech.users u JOIN labtech.userclasses c ON FIND_IN_SET(c.ClassID, u.ClientID)"),
		registryValue("agent-version.txt", `HKLM\SOFTWARE\LabTech\Agent`, "Version"),
	},
}

// query runs one statement with the server's own client. The login is an option file that the operator names: no password
// stands in an argument.
func query(item, statement string) Source {
	return Source{
		Item: item, Format: "MySQL batch listing", Program: `{mysql}\mysql.exe`,
		Args: []string{"--defaults-extra-file={login}", "--batch", "--connect-timeout=20", "--execute=" + statement},
		Each: MySQLBin, Needs: NeedMySQLLogin,
	}
}

// mysqlBins are the folders where the client is looked for; the first that holds it is taken.
var mysqlBins = []string{
	ProgramX86 + `\LabTech\mysql\bin`, ProgramFiles + `\MySQL\MySQL Server *\bin`, ProgramX86 + `\MySQL\MySQL Server *\bin`, ProgramFiles + `\MariaDB *\bin`,
}
