import { SCRATCH } from './scratch';
import { TARGET } from './target';

/**
 * Loads what was fetched and asks the target whether it fits: everything that can be refused is refused here, before
 * anything is touched.
 *
 * A server that gets data of a database that it does not have ends, and ends again at each start: so the number of
 * databases is compared, too. On top of what the scratch server holds come the target's backlog and the buffers of
 * its connections.
 */
export const INSPECT = `${TARGET}${SCRATCH}
refuse() {
  report refused '' "$*"
  scratch_down
  exit 0
}
member() { grep -o "\\"$1\\": *\\"\\{0,1\\}[^\\",}]*" source.json | head -n 1 | sed 's/.*[":] *"\\{0,1\\}//'; }
trap 'scratch_down' EXIT
key=$(member key) keys=$(member keys) digest=$(member digest) sha=$(member sha256)
grep -qxF "sha256=$sha" facts || refuse "$key has another SHA-256 than its manifest says: choose another backup"
scratch_up dump.rdb alone || refuse "$key: $why"
if [ "$scratch_keys" != "$keys" ] || [ "$scratch_digest" != "$digest" ]; then
  refuse "$key loads with $scratch_keys keys and digest $scratch_digest, its manifest says $keys and $digest: choose another backup"
fi
memory=$(scratch info memory | field used_memory)
last=$(scratch info keyspace | sed -n 's/^db\\([0-9]*\\):.*/\\1/p' | tail -n 1)
version=$(scratch info server | grep -E '^(redis|valkey)_version:' | tail -n 1)
scratch_down
wait_target "$TARGET_LIMIT" || { report failed '' "the server does not answer: $(target ping)"; exit 1; }
running=$(target info server | grep -E '^(redis|valkey)_version:' | tail -n 1)
[ "$running" = "$version" ] || refuse "the server runs $running, its image is $version: wait until it has rolled, then ask with another id"
role=$(target info replication | field role)
[ "$role" = master ] || refuse "the server is a $role: something else replicates into it"
maxmemory=$(setting maxmemory)
databases=$(setting databases)
case "$memory:$maxmemory:$databases" in
  *[!0-9:]* | :* | *: | *::*) report failed '' "the server does not say what it may hold: $maxmemory, $databases"; exit 1 ;;
esac
if [ "$maxmemory" -gt 0 ] && [ $((memory + 2097152)) -gt "$maxmemory" ]; then
  refuse "the data takes $memory bytes and the server may hold $maxmemory, of which it needs 2097152 itself: raise redis.memory, then ask with another id"
fi
if [ -n "$last" ] && [ "$last" -ge "$databases" ]; then
  refuse "the data has a database $last and the server has $databases of them, from 0: raise databases by redis.values, then ask with another id"
fi
there=$(target info keyspace | count_keys)
functions=$(target function list | grep -c library_name || true)
if [ "$OVERWRITE" != true ] && [ $((there + functions)) -gt 0 ]; then
  refuse "the server has $there keys and $functions libraries of functions: set restore.overwrite to replace them"
fi
report fits ",\\"key\\":\\"$key\\",\\"keys\\":$keys,\\"digest\\":\\"$digest\\"" "$key with $keys keys fits; the server has $there"
`;
