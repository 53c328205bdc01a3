package evidence

import "strings"

// accessWords are the rights as the security dialogue of Windows names them, the composed ones first.
var accessWords = []struct {
	bits Access
	word string
}{
	{FullControl, "Full control"}, {Modify, "Modify"}, {ReadAndExecute, "Read & execute"}, {ReadOnly, "Read"}, {WriteOnly, "Write"},
	{0x1, "List folder / read data"}, {0x2, "Create files / write data"}, {0x4, "Create folders / append data"},
	{0x8, "Read extended attributes"}, {0x10, "Write extended attributes"}, {0x20, "Traverse folder / execute file"},
	{0x40, "Delete subfolders and files"}, {0x80, "Read attributes"}, {0x100, "Write attributes"}, {0x10000, "Delete"},
	{0x20000, "Read permissions"}, {0x40000, "Change permissions"}, {0x80000, "Take ownership"},
}

// synchronize goes with every right and is no right that the dialogue shows.
const synchronize Access = 0x100000

// Label returns the rights as people know them: Modify, Change permissions.
func (a Access) Label() string {
	var words []string
	left := a
	for _, w := range accessWords {
		if a&w.bits == w.bits && left&w.bits&^synchronize != 0 {
			words = append(words, w.word)
			left &^= w.bits
		}
	}
	if left &^= synchronize; left != 0 {
		words = append(words, "special "+left.String())
	}
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, ", ")
}

// Label says where an entry counts, in the words of the security dialogue: this folder, subfolders and files.
func (f Inheritance) Label() string {
	var places []string
	if f&InheritOnly == 0 {
		places = append(places, "this folder")
	}
	if f&ContainerInherit != 0 {
		places = append(places, "subfolders")
	}
	if f&ObjectInherit != 0 {
		places = append(places, "files")
	}
	label := strings.Join(places, ", ")
	if n := len(places); n > 1 {
		label = strings.Join(places[:n-1], ", ") + " and " + places[n-1]
	}
	switch len(places) {
	case 0:
		label = "nowhere"
	case 1:
		label += " only"
	}
	if f&NoPropagate != 0 {
		label += ", one level down"
	}
	if f&Inherited != 0 {
		label += ", inherited"
	}
	return label
}
