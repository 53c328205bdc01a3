// Package seal signs bytes and tells what a signature proves: identities, detached CMS signatures (RFC 5652) with
// signing-certificate-v2 (RFC 5035), timestamps (RFC 3161), and trust.
//
// Nothing here is ever trusted by itself: every function that verifies takes a [Trust], and the zero Trust trusts nobody.
// A certificate that travels with what it signed proves nothing, since anyone can seal a forgery with a key of their own.
// The system's certificates are never used, and nothing is asked of the network but a timestamp of an authority that was
// named ([NewAuthority]); so revocation is not looked at.
//
// # A signature
//
// [Sign] writes, and [Verify] accepts, one form: DER that re-encodes to itself.
//
//	ContentInfo id-signedData
//	  SignedData version 1
//	    digestAlgorithms   SHA-256, parameters absent
//	    encapContentInfo   id-data, no content: the signature is detached
//	    certificates       the signer's, and those that lead upwards from it, in the order of a SET OF
//	    signerInfos        exactly one, version 1, named by issuer and serial number
//	      signedAttrs      content-type id-data; message-digest; signing-certificate-v2, with the SHA-256 of every
//	                       certificate above, the signer's first; signing-time if it is stated (PAdES forbids it)
//	      algorithm        rsaEncryption (PKCS #1 v1.5) with NULL, or ecdsa-with-SHA256
//	      unsignedAttrs    none, or one timestamp token over the SHA-256 of the signature value
//
// Of signatures that others made, [VerifyOver] also accepts: SHA-384 and SHA-512, sha256WithRSAEncryption and its like with
// NULL or without parameters (RFC 4055, 5), RSASSA-PSS with one digest for content, padding and mask, a signer named by key identifier, digests with a NULL, an issuer and serial number beside the
// certificate's digest, and some signed attributes that change nothing ([RFC 6211], S/MIME capabilities and the like). Keys are RSA from 2048 bits or ECDSA on P-256, P-384 or P-521. Whatever else a lenient reader
// would let pass is a Fault that says what it is: BER, other digests and algorithms, several signers, revocation lists, no
// signing-certificate-v2, other unsigned attributes, certificates that nobody needs.
//
// # A timestamp
//
// [VerifyStamp] takes a TimeStampResp that says granted and nothing else, or the token alone: DER but for the order of the
// certificates, which authorities choose. Its signer has a certificate for timestamps and nothing else, named by SHA-256 or,
// as many authorities do, by SHA-1 (RFC 5035); its own digest is SHA-256, SHA-384 or SHA-512. So is its imprint, where the
// content is at hand ([VerifyStampOver]).
//
// # What nothing covers
//
// Every bit of a signature or timestamp is covered by a digest, a signature, or the rules of its form, and a test flips
// each, but for one place: an issuer's certificate in a token whose own issuer is neither in the token nor at hand. Nobody
// can vouch for its bytes then; the timestamp is by an unknown authority, whose time proves nothing. By its nature an ECDSA
// signature (r, s) has a twin (r, −s) that anyone can compute; it is no flip of one bit, and over the same content.
//
// [RFC 6211]: https://www.rfc-editor.org/rfc/rfc6211
package seal
