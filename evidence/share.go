package evidence

// Share is a shared folder. Its permissions are a Setting of their own (share-security:NAME, an ACL), because the
// registry keeps them in another key, and there no entry means the system's default descriptor.
type Share struct {
	Path string // C:\LTShare; empty for IPC$
}

// String returns the canonical form.
func (s Share) String() string { return "path " + printable(s.Path) }

// ShareAddress returns the Address of a share by its name.
func ShareAddress(name string) Address { return Address("share:" + name) }

// ShareSecurityAddress returns the Address of the permissions of a share.
func ShareSecurityAddress(name string) Address { return Address("share-security:" + name) }
