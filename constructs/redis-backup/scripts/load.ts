/**
 * Loads a dump into a scratch server of the same image and notes key count, digest and version.
 *
 * It loads as a replica whose master does not exist: a master would drop what has expired, and the count
 * would depend on the hour. It evicts nothing, and never writes the dump. No port is open; the socket is in the pod's
 * own volume.
 */
export const LOAD = `set -eu
umask 077
cd "$WORK"
server=$(command -v valkey-server || command -v redis-server)
cli=$(command -v valkey-cli || command -v redis-cli)
ask() { "$cli" -s scratch.sock "$@" | tr -d '\\r'; }
"$server" --port 0 --unixsocket "$WORK/scratch.sock" --unixsocketperm 700 \\
  --dir "$WORK" --dbfilename dump.rdb --save '' --appendonly no --databases 256 \\
  --maxmemory 0 --maxmemory-policy noeviction \\
  --replicaof 127.0.0.1 1 --enable-debug-command local --loglevel warning >load.log 2>&1 &
pid=$!
until [ "$(ask ping 2>/dev/null)" = PONG ]; do
  if ! kill -0 "$pid" 2>/dev/null; then
    tail -n 5 load.log >&2
    exit 1
  fi
  sleep 1
done
keyspace=$(ask info keyspace)
case $keyspace in '# Keyspace'*) ;; *) echo "no key count: $keyspace" >&2; exit 1 ;; esac
keys=0
for n in $(echo "$keyspace" | sed -n 's/^db[0-9]*:keys=\\([0-9]*\\),.*/\\1/p'); do keys=$((keys + n)); done
digest=$(ask debug digest)
case $digest in *[!0-9a-f]* | '') echo "no digest: $digest" >&2; exit 1 ;; esac
version=$(ask info server | sed -n 's/^valkey_version://p')
flavour=valkey
if [ -z "$version" ]; then
  version=$(ask info server | sed -n 's/^redis_version://p')
  flavour=redis
fi
echo "keys=$keys" >>facts
echo "digest=$digest" >>facts
echo "flavour=$flavour" >>facts
echo "version=$version" >>facts
ask shutdown nosave >/dev/null 2>&1 || true
wait "$pid" || true
rm -f scratch.sock
`;
