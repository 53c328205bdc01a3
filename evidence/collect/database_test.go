package collect_test

import (
	"regexp"
	"strings"
	"testing"

	"auditpack/evidence/collect"
)

var executed = regexp.MustCompile(`/\*!(\d{5}) [^*]*\*/`)

// TestStatementsForEveryServer holds that no statement fails as a whole for what MySQL 5.6 or MariaDB has not: no @@variable, and of
// mysql.user only the columns of 5.6, the rest in a comment that MySQL from 5.7.6 on executes; and that no hash is ever asked for.
func TestStatementsForEveryServer(t *testing.T) {
	users := 0
	for _, c := range collect.All() {
		for _, s := range c.Sources {
			if s.Each != collect.MySQLBin {
				continue
			}
			statement := s.Args[len(s.Args)-1]
			if strings.Contains(statement, "@@") || regexp.MustCompile(`(?i)authentication_string|\*\s+FROM|\bpassword\b`).MatchString(executed.ReplaceAllString(statement, "")) {
				t.Errorf("%s/%s: %s", c.Name, s.Item, statement)
			}
			if !strings.Contains(statement, "mysql.user") {
				continue
			}
			users++
			if plain := strings.Join(strings.Fields(executed.ReplaceAllString(statement, "")), " "); plain != "--execute=SELECT user, host, plugin FROM mysql.user" {
				t.Errorf("to an older server: %s", plain)
			}
			newer := executed.FindStringSubmatch(statement)
			if newer == nil || newer[1] < "50706" || !strings.Contains(newer[0], "account_locked, password_expired, password_lifetime") {
				t.Errorf("to a newer server: %s", statement)
			}
		}
	}
	if users != 1 {
		t.Errorf("%d lists of users", users)
	}
}
