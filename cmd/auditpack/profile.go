package main

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"auditpack/evidence/collect"
	"auditpack/templates"
)

// profile is a file of templates/profiles: which collectors a capture asks.
type profile struct {
	Version    int        `yaml:"version"`
	About      string     `yaml:"about"`
	Collectors collectors `yaml:"collectors"`
}

// collectors are names, or all of them.
type collectors []string

// UnmarshalYAML reads the word all, or a list.
func (c *collectors) UnmarshalYAML(text []byte) error {
	var word string
	if yaml.Unmarshal(text, &word) == nil && word == "all" {
		*c = nil
		return nil
	}
	var names []string
	if err := yaml.Unmarshal(text, &names); err != nil {
		return fmt.Errorf("collectors: want all, or a list of names")
	}
	if len(names) == 0 {
		return fmt.Errorf("collectors: the list is empty")
	}
	*c = names
	return nil
}

// profileNames lists the profiles that the program comes with.
func profileNames() []string {
	files, err := fs.Glob(templates.FS, "profiles/*.yaml")
	if err != nil {
		return nil
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(path.Base(f), ".yaml"))
	}
	return names
}

// loadProfile reads a profile by its name.
func loadProfile(name string) (profile, error) {
	var p profile
	if !slices.Contains(profileNames(), name) {
		return p, &usageError{fmt.Errorf("no profile is called %q: they are %s", name, strings.Join(profileNames(), ", "))}
	}
	file := "profiles/" + name + ".yaml"
	text, err := fs.ReadFile(templates.FS, file)
	if err != nil {
		return p, err
	}
	if err := yaml.UnmarshalWithOptions(text, &p, yaml.DisallowUnknownField()); err != nil {
		return p, fmt.Errorf("%s: %w", file, err)
	}
	if p.Version != 1 || p.About == "" {
		return p, fmt.Errorf("%s: want version 1 and what it is about", file)
	}
	return p, collect.Selection{Only: p.Collectors}.Check(collect.All())
}
