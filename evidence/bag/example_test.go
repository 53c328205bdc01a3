package bag_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"auditpack/evidence/bag"
)

// Somebody changes one letter in a bag.
func Example() {
	dir, err := os.MkdirTemp("", "bag-example-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "snapshot")

	w, err := bag.Create(path, bag.Options{})
	if err != nil {
		panic(err)
	}
	defer w.Abort()
	w.Add("data/items/netstat/netstat-ano.txt", []byte("TCP 0.0.0.0:443\n"))
	digest, err := w.Commit(context.Background())
	fmt.Println(digest, err)

	os.WriteFile(filepath.Join(path, "data/items/netstat/netstat-ano.txt"), []byte("TCP 0.0.0.0:80\n"), 0o600)
	_, err = bag.Open(context.Background(), path, bag.Limits{})
	for _, f := range err.(*bag.InvalidError).Faults {
		fmt.Printf("%s (%s)\n", f.Path, f.Kind)
	}
	// Output:
	// 932b6df12eba5e014599cdfcf94e08e93c5b0aeeb763eec77de4424ad1c583a8 <nil>
	// data/items/netstat/netstat-ano.txt (altered)
	// bag-info.txt (miscounted)
}
