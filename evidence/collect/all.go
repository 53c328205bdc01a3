package collect

import (
	"fmt"
	"slices"
	"strings"
)

// All lists every Collector in the order of capture: what takes longest is asked first, so that the rest is done beside it.
func All() []*Collector {
	return []*Collector{
		System, Firewall, Registry, SecurityPolicy, AuditPolicy, Listeners, Accounts, AccessLists, Shares, IIS, Control, MySQL, Automate, Clock,
	}
}

// Selection says which Collectors are asked. The others become Items with Status skipped, so that nobody takes what was left
// out for absent.
type Selection struct {
	Only []string // names of Collectors; empty: all
	Skip []string
}

// Check tells which name of the Selection no Collector of the list has.
func (s Selection) Check(list []*Collector) error {
	var names []string
	for _, c := range list {
		names = append(names, c.Name)
	}
	for _, name := range slices.Concat(s.Only, s.Skip) {
		if !slices.Contains(names, name) {
			return fmt.Errorf("no collector is called %q: they are %s", name, strings.Join(names, ", "))
		}
	}
	return nil
}

// Takes reports whether a Collector is asked.
func (s Selection) Takes(name string) bool {
	return (len(s.Only) == 0 || slices.Contains(s.Only, name)) && !slices.Contains(s.Skip, name)
}
