#!/bin/sh
# Signs for auditpack with an EC key in a PKCS #11 token: sign-ecdsa.sh MODULE ID FORMAT; the PIN is in TOKEN_PIN.
# FORMAT is rs (r and s, as the token gives them) or sequence (DER): auditpack knows both.
set -eu
[ "$AUDITPACK_HASH $AUDITPACK_KEY" = 'SHA-256 ECDSA' ] || { echo "asked for $AUDITPACK_HASH with $AUDITPACK_KEY" >&2; exit 1; }
exec pkcs11-tool --module "$1" --login --pin env:TOKEN_PIN --sign --mechanism ECDSA --signature-format "$3" --id "$2"
