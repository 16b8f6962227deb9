/**
 * What every step of a restore begins with: how to ask the server that is restored, the target, and how to tell the
 * operator what came of it. The report is JSON in the container's termination message.
 *
 * Passwords are in files and in the environment of `cli`, never an argument. An answer is looked at, since
 * `redis-cli` ends with 0 also when the server refuses.
 */
export const TARGET = `set -eu
umask 077
cd "$WORK"
cli=$(command -v valkey-cli || command -v redis-cli)
step=Checking
say() { echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $step: $*"; }
plain() { printf %s "$*" | tr '\\n\\t' '  ' | tr -d '"\\\\' | tr -cd '[:print:]' | cut -c 1-1000; }
report() {
  result=$1 more=$2
  shift 2
  say "$result: $*"
  printf '{"result":"%s","step":"%s","message":"%s"%s}' "$result" "$step" "$(plain "$*")" "$more" >"$REPORT"
}
target() {
  set -- -h "$REDIS_HOST" -p "$REDIS_PORT" --user "$(cat "$ADMIN_DIR/username")" --no-auth-warning "$@"
  if [ -n "$REDIS_CA" ]; then set -- --tls --cacert "$REDIS_CA" "$@"; fi
  REDISCLI_AUTH=$(cat "$ADMIN_DIR/password") timeout "$ASK_LIMIT" "$cli" "$@" 2>&1 | tr -d '\\r'
}
ASK_LIMIT=10
field() { sed -n "s/^$1://p" | head -n 1; }
setting() { target config get "$1" | sed -n 2p; }
count_keys() { sed -n 's/^db[0-9]*:keys=\\([0-9]*\\),.*/\\1/p' | awk '{ n += $1 } END { print n + 0 }'; }
wait_target() {
  tries=0
  until [ "$(target ping)" = PONG ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt "$1" ]; then return 1; fi
    sleep 1
  done
}
# Whether the app can write: yes, no, or what the server said instead. Where there is no user, no one can.
app_writes() {
  app=$(cat "$APP_DIR/username" 2>/dev/null) || app=
  if [ -z "$app" ]; then echo no; return; fi
  said=$(target acl dryrun "$app" set fleetwright x)
  case $said in OK) echo yes ;; *permission* | *'not found'*) echo no ;; *) echo "$said" ;; esac
}
`;
