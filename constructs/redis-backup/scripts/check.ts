/**
 * Checks a dump to its last byte and notes its SHA-256.
 *
 * The checker ignores what follows the checksum, and passes a file without one: the file has to end where
 * the checker says `Checksum OK`, and it has to say so.
 */
export const CHECK = `set -eu
umask 077
cd "$WORK"
checker=$(command -v valkey-check-rdb || command -v redis-check-rdb)
if ! "$checker" dump.rdb >check.log 2>&1; then
  tail -n 5 check.log >&2
  exit 1
fi
size=$(($(wc -c <dump.rdb)))
if ! grep -qxF "[offset $size] Checksum OK" check.log; then
  echo "dump.rdb has $size bytes and does not end in a checksum that holds:" >&2
  grep -F -e 'hecksum' check.log >&2 || true
  exit 1
fi
chmod 400 dump.rdb
sha=$(sha256sum <dump.rdb | cut -c 1-64)
echo "sha256=$sha" >>facts
`;
