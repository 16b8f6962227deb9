/**
 * Takes a snapshot from the running server into a fresh file, and notes when it began and when it was done.
 *
 * The password is read from a file into `REDISCLI_AUTH`: it never is an argument. What a cut-off transfer
 * leaves behind is for the check to find: `redis-cli --rdb` does not know the length of a diskless dump.
 *
 * No script here has a variable in braces: Flux would replace it in an app that uses `postBuild`.
 */
export const DUMP = `set -eu
umask 077
cd "$WORK"
rm -f dump.rdb facts
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
echo "started=$(now)" >facts
cli=$(command -v valkey-cli || command -v redis-cli)
REDISCLI_AUTH=$(cat "$REDIS_USER_DIR/password")
export REDISCLI_AUTH
user=$(cat "$REDIS_USER_DIR/username")
set -- -h "$REDIS_HOST" -p 6379 --user "$user" --no-auth-warning
if [ -n "$REDIS_CA" ]; then set -- "$@" --tls --cacert "$REDIS_CA"; fi
"$cli" "$@" --rdb dump.rdb
test -s dump.rdb
echo "finished=$(now)" >>facts
`;
