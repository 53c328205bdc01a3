#!/bin/sh
# Signs for auditpack with an RSA key in a PKCS #11 token: sign-rsa.sh MODULE ID; the PIN is in TOKEN_PIN.
# The token's RSA-PKCS pads what it gets: a DigestInfo (RFC 8017, 9.2), which is 19 fixed bytes for SHA-256, then the digest.
set -eu
[ "$AUDITPACK_HASH $AUDITPACK_KEY" = 'SHA-256 RSA' ] || { echo "asked for $AUDITPACK_HASH with $AUDITPACK_KEY" >&2; exit 1; }
{
  printf '\060\061\060\015\006\011\140\206\110\001\145\003\004\002\001\005\000\004\040'
  cat
} | pkcs11-tool --module "$1" --login --pin env:TOKEN_PIN --sign --mechanism RSA-PKCS --id "$2"
