package parse

import (
	"encoding/binary"
	"errors"
	"fmt"

	"auditpack/evidence"
)

// Control bits of a self-relative SECURITY_DESCRIPTOR ([MS-DTYP] 2.4.6).
const (
	daclPresent   = 0x0004
	daclProtected = 0x1000
	selfRelative  = 0x8000
)

// parseSecurityDescriptor reads a binary self-relative SECURITY_DESCRIPTOR, as the registry keeps those of shares.
func parseSecurityDescriptor(b []byte) (descriptor, error) {
	var d descriptor
	if len(b) < 20 || b[0] != 1 {
		return d, errors.New("no security descriptor of revision 1")
	}
	control := binary.LittleEndian.Uint16(b[2:])
	if control&selfRelative == 0 {
		return d, errors.New("the security descriptor is not self-relative")
	}
	if at := binary.LittleEndian.Uint32(b[4:]); at != 0 {
		sid, _, err := binarySID(b, at)
		if err != nil {
			return d, fmt.Errorf("owner: %w", err)
		}
		d.Owner = &evidence.Principal{SID: sid}
	}
	if control&daclPresent == 0 {
		return d, nil
	}
	d.HasDACL, d.Protected = true, control&daclProtected != 0
	at := binary.LittleEndian.Uint32(b[16:])
	if at == 0 {
		d.ACL.Null = true
		return d, nil
	}
	return d, binaryACL(b, at, &d)
}

// binarySID reads the SID at an offset of b and returns its length too.
func binarySID(b []byte, at uint32) (evidence.SID, int, error) {
	if uint64(at)+8 > uint64(len(b)) {
		return "", 0, fmt.Errorf("SID at byte %d lies outside the %d bytes", at, len(b))
	}
	b = b[at:]
	count := int(b[1])
	if b[0] != 1 || count > 15 || 8+4*count > len(b) {
		return "", 0, fmt.Errorf("no SID at byte %d", at)
	}
	authority := uint64(binary.BigEndian.Uint16(b[2:]))<<32 | uint64(binary.BigEndian.Uint32(b[4:]))
	text := fmt.Sprintf("S-1-%d", authority)
	for i := range count {
		text += fmt.Sprintf("-%d", binary.LittleEndian.Uint32(b[8+4*i:]))
	}
	return evidence.SID(text), 8 + 4*count, nil
}

// binaryACL reads the access list at an offset of b ([MS-DTYP] 2.4.5).
func binaryACL(b []byte, at uint32, d *descriptor) error {
	if uint64(at)+8 > uint64(len(b)) {
		return fmt.Errorf("access list at byte %d lies outside the %d bytes", at, len(b))
	}
	list := b[at:]
	size, count := int(binary.LittleEndian.Uint16(list[2:])), int(binary.LittleEndian.Uint16(list[4:]))
	if size < 8 || size > len(list) {
		return fmt.Errorf("access list of %d bytes at byte %d of %d", size, at, len(b))
	}
	list = list[8:size]
	for i := range count {
		if len(list) < 4 {
			return fmt.Errorf("access list ends before entry %d of %d", i+1, count)
		}
		n := int(binary.LittleEndian.Uint16(list[2:]))
		if n < 4 || n > len(list) {
			return fmt.Errorf("entry %d of %d has %d bytes, %d are left", i+1, count, n, len(list))
		}
		entry, err := binaryEntry(list[:n])
		if err != nil {
			return fmt.Errorf("entry %d of %d: %w", i+1, count, err)
		}
		if entry.Other != "" {
			d.Unclear = append(d.Unclear, fmt.Sprintf("entry %d is not understood: %s", i+1, entry.Other))
		}
		d.ACL.Entries = append(d.ACL.Entries, entry)
		list = list[n:]
	}
	return nil
}

// binaryEntry reads one entry of known length ([MS-DTYP] 2.4.4).
func binaryEntry(b []byte) (evidence.ACE, error) {
	if b[0] > 1 {
		return evidence.ACE{Other: fmt.Sprintf("type 0x%02x, bytes %x", b[0], b)}, nil
	}
	if len(b) < 16 {
		return evidence.ACE{}, fmt.Errorf("%d bytes are too few", len(b))
	}
	sid, n, err := binarySID(b, 8)
	if err != nil {
		return evidence.ACE{}, err
	}
	if 8+n != len(b) {
		return evidence.ACE{}, fmt.Errorf("%d bytes left over", len(b)-8-n)
	}
	return evidence.ACE{
		Deny:      b[0] == 1,
		Principal: evidence.Principal{SID: sid},
		Access:    evidence.FileAccess(binary.LittleEndian.Uint32(b[4:])),
		Flags:     evidence.Inheritance(b[1] & 0x1f),
	}, nil
}
