// Package seal signs bytes and tells what a signature proves: identities, detached CMS signatures (RFC 5652) with
// signing-certificate-v2 (RFC 5035), timestamps (RFC 3161), and trust.
//
// Nothing here is ever trusted by itself: every function that verifies takes a [Trust], and the zero Trust trusts nobody.
// A certificate that travels with what it signed proves nothing, since anyone can seal a forgery with a key of their own.
//
// A signature is in one form only: DER that re-encodes to itself, SHA-256 or better, RSA of at least 2048 bits (PKCS #1
// v1.5) or ECDSA on P-256, P-384 or P-521. What else a reader would let pass is a Fault.
package seal
