/**
 * A server of the same image in the pod of the restore. It loads a dump as a replica whose master does not exist,
 * so that what has expired stays; from then on nothing expires there, and the target can replicate from it.
 *
 * Its users are made for this one run, and known to this pod and the target only.
 */
export const SCRATCH = `server=$(command -v valkey-server || command -v redis-server)
checker=$(command -v valkey-check-rdb || command -v redis-check-rdb)
secret() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \\n'; }
scratch_secret=$(secret)
link_secret=$(secret)
scratch_pid=
scratch() {
  REDISCLI_AUTH=$scratch_secret "$cli" -s "$WORK/scratch.sock" --user scratch --no-auth-warning "$@" 2>&1 | tr -d '\\r'
}
scratch_down() {
  if [ -z "$scratch_pid" ]; then return 0; fi
  scratch shutdown nosave >/dev/null || true
  tries=0
  while kill -0 "$scratch_pid" 2>/dev/null && [ "$tries" -lt 20 ]; do
    tries=$((tries + 1))
    sleep 0.5
  done
  kill -9 "$scratch_pid" 2>/dev/null || true
  wait "$scratch_pid" 2>/dev/null || true
  scratch_pid=
  rm -f scratch.sock
}
# Loads a file. With "serve", the target can replicate from it.
scratch_up() {
  scratch_down
  {
    echo "user default off"
    echo "user scratch on >$scratch_secret ~* &* +@all"
    echo "user link on >$link_secret resetkeys -@all +ping +psync +replconf"
    echo "unixsocket $WORK/scratch.sock"
    echo "unixsocketperm 700"
    echo "dir $WORK"
    echo "dbfilename $1"
    echo "databases 256"
    echo "save ''"
    echo "appendonly no"
    echo "replicaof 127.0.0.1 1"
    echo "enable-debug-command local"
    echo "repl-diskless-sync yes"
    echo "repl-diskless-sync-delay 0"
    echo "repl-timeout 60"
    echo "loglevel warning"
    if [ "$2" = serve ]; then echo "bind $POD_IP"; fi
    if [ "$2" != serve ]; then
      echo "port 0"
    elif [ -n "$REDIS_CA" ]; then
      echo "port 0"
      echo "tls-port $LINK_PORT"
      echo "tls-cert-file $TLS_DIR/tls.crt"
      echo "tls-key-file $TLS_DIR/tls.key"
      echo "tls-ca-cert-file $REDIS_CA"
      echo "tls-auth-clients no"
    else
      echo "port $LINK_PORT"
    fi
  } >scratch.conf
  "$server" scratch.conf >scratch.log 2>&1 &
  scratch_pid=$!
  until [ "$(scratch ping)" = PONG ]; do
    if ! kill -0 "$scratch_pid" 2>/dev/null; then
      why="the server's image does not load the backup: $(tail -n 3 scratch.log)"
      scratch_pid=
      return 1
    fi
    sleep 0.5
  done
  if [ "$(scratch debug set-active-expire 0)" != OK ]; then why="the scratch server cannot keep what expires"; return 1; fi
  scratch_keys=$(scratch info keyspace | count_keys)
  scratch_digest=$(scratch debug digest)
  case $scratch_digest in *[!0-9a-f]* | '') why="no digest: $scratch_digest"; return 1 ;; esac
}
# A snapshot of the target in a fresh file, whole to its last byte.
dump_target() {
  rm -f "$1"
  ASK_LIMIT=$DUMP_LIMIT
  target --rdb "$1" >dump.log || true
  ASK_LIMIT=10
  if ! [ -s "$1" ]; then why="the server gave no snapshot: $(tail -n 2 dump.log)"; return 1; fi
  "$checker" "$1" >check.log 2>&1 || { why="the snapshot is broken: $(tail -n 2 check.log)"; return 1; }
  grep -qxF "[offset $(($(wc -c <"$1")))] Checksum OK" check.log ||
    { why="the snapshot does not end in a checksum that holds"; return 1; }
}
`;
