package parse

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
)

// mysqlBatch reads what `mysql --batch` prints: a heading of column names and rows, divided by tabs, with the escapes
// \n \t \\ and \0. The heading is the positive marker and tells what was asked:
//
//	Variable_name Value          mysql:NAME = VALUE
//	@@NAME …                     mysql:NAME = VALUE
//	user host …                  mysql:user/NAME@HOST = the other columns
//	… majorversion …             product:ConnectWise Automate = MAJOR.MINOR
//	UserID …  ClassID …          automate-permission:USER/CLASS = the masks, as text (they exceed 2⁵³)
//
// Other headings become automate-permission rows if they name permissions, else mysql:row/N.
var mysqlBatch = &Format{
	Name: "MySQL batch listing", Doc: "Rows with a heading, divided by tabs, as mysql --batch prints them.",
	Collector: "mysql", Kinds: []string{"mysql", "product", "automate-permission"},
	Recognise: recogniseMySQLBatch,
	Read:      readMySQLBatch,
}

var columnName = regexp.MustCompile(`(?i)^(@@)?[a-z_][a-z0-9_.]*$|^[a-z_]+\(.*\)$`)

func recogniseMySQLBatch(h Head) Match {
	first, rest, _ := strings.Cut(h.Text, "\n")
	columns := strings.Split(strings.TrimRight(first, "\r"), "\t")
	named := 0
	for _, c := range columns {
		if columnName.MatchString(strings.TrimSpace(c)) {
			named++
		}
	}
	if named != len(columns) {
		return Match{}
	}
	second, _, _ := strings.Cut(rest, "\n")
	switch kind := mysqlHeading(columns); {
	case len(columns) > 1 && kind != "":
		return Match{Sure: 80}
	case len(columns) > 1 && strings.Count(second, "\t") == len(columns)-1:
		return Match{Sure: 50}
	case len(columns) == 1 && kind == "automate version":
		return Match{Sure: 60}
	}
	return Match{}
}

// mysqlHeading tells by the column names what a listing is.
func mysqlHeading(columns []string) string {
	var names []string
	for _, c := range columns {
		names = append(names, strings.ToLower(strings.TrimSpace(c)))
	}
	all := "\t" + strings.Join(names, "\t") + "\t"
	has := func(s string) bool { return strings.Contains(all, s) }
	switch {
	case strings.HasPrefix(all, "\tvariable_name\tvalue\t"):
		return "variables"
	case has("\t@@"):
		return "selected variables"
	case has("majorversion") || (len(names) == 1 && has("automate") && has("version")):
		return "automate version"
	case has("\tclassid\t") || has("\tpermission") || has("\tpermissions\t"):
		return "permissions"
	case has("\tuser\t") && has("\thost\t"):
		return "users"
	}
	return ""
}

var mysqlEscapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t", `\0`, "\x00")

func readMySQLBatch(src Source, sink evidence.Sink) error {
	var columns []string
	var kind string
	var head Line
	rows := 0
	err := eachLine(src, func(line Line) error {
		if line.Text == "" {
			return nil
		}
		fields := strings.Split(line.Text, "\t")
		if columns == nil {
			columns, kind, head = fields, mysqlHeading(fields), line
			return nil
		}
		if len(fields) != len(columns) {
			sink.Problem(evidence.Problem{Scope: "mysql:", Cite: line.Cite(src.Item),
				Message: fmt.Sprintf("%d columns where the heading has %d: was --raw used?", len(fields), len(columns))})
			return nil
		}
		rows++
		for i := range fields {
			fields[i] = mysqlEscapes.Replace(fields[i])
		}
		for a, value := range mysqlRow(kind, columns, fields, rows) {
			sink.Setting(evidence.Setting{Address: a, Value: evidence.Text(value), Cite: line.Cite(src.Item)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if scope := map[string]evidence.Address{"users": "mysql:user", "permissions": "automate-permission:"}[kind]; scope != "" {
		sink.Covered(evidence.Coverage{Scope: scope, Deep: true, Cite: head.Cite(src.Item)})
	}
	return nil
}

// mysqlRow yields the Settings of one row, in the order of its columns.
func mysqlRow(kind string, columns, fields []string, row int) func(func(evidence.Address, string) bool) {
	described := func(skip int) string {
		var parts []string
		for i := skip; i < len(fields); i++ {
			parts = append(parts, columns[i]+"="+fields[i])
		}
		return strings.Join(parts, " ")
	}
	return func(yield func(evidence.Address, string) bool) {
		switch {
		case kind == "variables":
			name := strings.ToLower(fields[0])
			yield(evidence.Address("mysql:"+name), mysqlSwitch(name, fields[1]))
		case kind == "selected variables":
			for i, c := range columns {
				name, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(c)), "@@")
				name = strings.TrimPrefix(name, "global.")
				if ok && !yield(evidence.Address("mysql:"+name), mysqlSwitch(name, fields[i])) {
					return
				}
			}
		case kind == "automate version":
			yield("product:ConnectWise Automate", strings.Join(fields, "."))
		case kind == "permissions":
			who, class := mysqlField(columns, fields, "userid", "user"), mysqlField(columns, fields, "classid", "class")
			if who == "" {
				who = fmt.Sprint(row)
			}
			yield(evidence.Address("automate-permission:"+who+"/"+class), described(0))
		case kind == "users":
			user, host := mysqlField(columns, fields, "user"), mysqlField(columns, fields, "host")
			yield(evidence.Address("mysql:user/"+user+"@"+host), described(0))
		default:
			yield(evidence.Address(fmt.Sprintf("mysql:row/%d", row)), described(0))
		}
	}
}

// mysqlSwitches are the variables that are either on or off.
var mysqlSwitches = []string{
	"automatic_sp_privileges", "check_proxy_users", "general_log", "local_infile", "log_bin", "log_raw", "offline_mode",
	"partial_revokes", "password_require_current", "read_only", "require_secure_transport", "secure_auth",
	"skip_name_resolve", "skip_networking", "skip_show_database", "slow_query_log", "super_read_only",
	"validate_password.check_user_name", "validate_password_check_user_name",
}

// mysqlSwitch gives one form to the value of a variable that is either on or off: SELECT @@NAME prints 0 or 1 where SHOW
// VARIABLES prints OFF or ON. Other variables, and other values of these, stay as they are.
func mysqlSwitch(name, value string) string {
	if !slices.Contains(mysqlSwitches, name) {
		return value
	}
	switch strings.ToUpper(value) {
	case "0", "OFF":
		return "OFF"
	case "1", "ON":
		return "ON"
	}
	return value
}

// mysqlField returns the field of the first column that has one of the names, "/" made "_" so that it fits an Address.
func mysqlField(columns, fields []string, names ...string) string {
	for _, name := range names {
		for i, c := range columns {
			if strings.EqualFold(strings.TrimSpace(c), name) {
				return strings.ReplaceAll(fields[i], "/", "_")
			}
		}
	}
	return ""
}

// mysqlOptions reads my.ini. It shows what was wished for at the next start of the server, not its state, so its
// Addresses are apart from those of the running server: my-ini:mysqld/bind-address. Passwords are not handed on.
var mysqlOptions = &Format{
	Name: "MySQL option file", Doc: "my.ini: what the MySQL server is told at its start, not its state.",
	Collector: "mysql", Kinds: []string{"my-ini"},
	Recognise: func(h Head) Match {
		if strings.Contains(h.Text, "[mysqld]") && mysqldSection.MatchString(h.Text) {
			return Match{Sure: 75}
		}
		return Match{}
	},
	Read: readMySQLOptions,
}

var mysqldSection = regexp.MustCompile(`(?m)^\[mysqld\]\r?$`)

func readMySQLOptions(src Source, sink evidence.Sink) error {
	section := ""
	return eachLine(src, func(line Line) error {
		text := strings.TrimSpace(line.Text)
		switch {
		case text == "" || text[0] == '#' || text[0] == ';' || text[0] == '!':
		case text[0] == '[' && strings.HasSuffix(text, "]"):
			section = strings.ToLower(text[1 : len(text)-1])
			sink.Covered(evidence.Coverage{Scope: evidence.Address("my-ini:" + section), Cite: line.Cite(src.Item)})
		default:
			name, value, _ := strings.Cut(text, "=")
			name = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "_", "-")
			if strings.Contains(name, "password") {
				value = "(withheld)"
			}
			sink.Setting(evidence.Setting{Address: evidence.Address("my-ini:" + section + "/" + name),
				Value: evidence.Text(strings.Trim(strings.TrimSpace(value), `"`)), Cite: line.Cite(src.Item)})
		}
		return nil
	})
}
