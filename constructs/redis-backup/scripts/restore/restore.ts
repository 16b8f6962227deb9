import { SCRATCH } from './scratch';
import { TARGET } from './target';

/**
 * Puts a dump into the target: by replication from the scratch server, which a running server takes without a restart
 * and whole or not at all. It is promoted when a second snapshot, of the target itself and while it still is a
 * replica, has the same keys and digest, and when it has them on disk.
 *
 * Every way out is a report: `untouched` (the target was asked for nothing), `promoted`, `rolled-back` (it has its own
 * data again, from a snapshot taken just before) or `unsettled` (the operator has to roll back). A snapshot is taken
 * of a target that is fenced, so that it has everything that was ever confirmed to an app.
 */
export const RESTORE = `${TARGET}${SCRATCH}
touched=no
step=Loading
trap 'report unsettled "" "the pod was told to end"; scratch_down; exit 1' TERM INT
trap 'scratch_down' EXIT

# Asked to replicate from where it does already, which a pod's address may be again, a server says OK and more.
unless() { case $1 in OK | 'OK '*) ;; *) why="$2: $1"; return 1 ;; esac; }
same_process() {
  now=$(target info server | field run_id)
  if [ -n "$now" ] && [ "$now" != "$run" ]; then why="the server was restarted meanwhile"; return 1; fi
}
# Also without the link the target has its data: what it has on disk decides what a restart brings.
on_disk() {
  status=$(target info persistence)
  if [ "$(echo "$status" | field aof_enabled)" = 1 ]; then
    [ "$(echo "$status" | field aof_rewrite_in_progress)$(echo "$status" | field aof_rewrite_scheduled)" = 00 ] &&
      [ "$(echo "$status" | field aof_last_bgrewrite_status)" = ok ]
  else
    [ "$(echo "$status" | field loading)$(echo "$status" | field rdb_bgsave_in_progress)" = 00 ]
  fi
}
in_sync() {
  status=$(target info replication)
  [ "$(echo "$status" | field master_link_status)" = up ] &&
    [ "$(echo "$status" | field master_host)" = "$POD_IP" ] &&
    [ "$(echo "$status" | field slave_repl_offset)" = "$(scratch info replication | field master_repl_offset)" ]
}
wait_for() {
  tries=0
  until "$1"; do
    same_process || return 1
    if ! kill -0 "$scratch_pid" 2>/dev/null; then why="the scratch server ended: $(tail -n 2 scratch.log)"; return 1; fi
    tries=$((tries + 1))
    if [ "$tries" -gt "$SYNC_LIMIT" ]; then
      why="the server did not get the data within $SYNC_LIMIT s: $(target info replication | grep -E '^(role|master_link|master_sync)' | tr '\\n' ' ')"
      return 1
    fi
    sleep 1
  done
}
# A master again. The name of the user for replication stays: it is the mark of a server that was changed, whoever asks
# next, until the fence is lifted.
promote() {
  unless "$(target replicaof no one)" "the server was not promoted" || return 1
  if [ "$(target info replication | field role)" != master ]; then why="the server is no master"; return 1; fi
  if [ -n "$REDIS_CA" ]; then target config set tls-replication "$tls_before" >/dev/null; fi
  unless "$(target config set masterauth '')" "the password for replication stays"
}
# What the server has, to go back to: its own only if nothing else has begun to change it.
keep_own() {
  if [ "$run" != "$RUN_ID" ] || [ -n "$(setting masteruser)" ] || [ "$(target info replication | field role)" != master ]; then
    touched=unknown
    why="the server is not the one that was fenced"
    return 1
  fi
  if [ "$EMPTY" = true ]; then return 0; fi
  say "taking a snapshot of what the server has"
  dump_target own.rdb
}
# Puts a file into the target. What the file has to load as is compared by the caller.
replicate() {
  scratch_up "$1" serve || return 1
  wanted_keys=$scratch_keys wanted_digest=$scratch_digest
  if [ -n "$2" ] && [ "$wanted_keys $wanted_digest" != "$2" ]; then
    why="it loads with keys and digest $wanted_keys $wanted_digest instead of $2"
    return 1
  fi
  unless "$(scratch replicaof no one)" "the scratch server does not serve" || return 1
  wait_target "$TARGET_LIMIT" || { why="the server does not answer: $(target ping)"; return 1; }
  run=$(target info server | field run_id)
  if [ "$touched" = no ] && [ "$MODE" = restore ]; then keep_own || return 1; fi
  step=Replicating
  say "$wanted_keys keys"
  touched=yes
  unless "$(target config set masteruser link)" "the server takes no user for replication" || return 1
  unless "$(printf %s "$link_secret" | target -x config set masterauth)" "the server takes no password" || return 1
  if [ -n "$REDIS_CA" ]; then
    tls_before=$(setting tls-replication)
    unless "$(target config set tls-replication yes)" "the server does not replicate by TLS" || return 1
  fi
  unless "$(target replicaof "$POD_IP" "$LINK_PORT")" "the server does not replicate" || return 1
  wait_for in_sync || return 1
  step=Verifying
  say "the server has it, now its own snapshot"
  wait_for on_disk || return 1
  dump_target verify.rdb || return 1
  scratch_up verify.rdb alone || return 1
  rm -f verify.rdb
  if [ "$scratch_keys $scratch_digest" != "$wanted_keys $wanted_digest" ]; then
    why="the server has keys and digest $scratch_keys $scratch_digest instead of $wanted_keys $wanted_digest"
    return 1
  fi
  scratch_down
  status=$(target info memory)
  maxmemory=$(setting maxmemory)
  used=$(($(echo "$status" | field used_memory) - $(echo "$status" | field mem_not_counted_for_evict)))
  if [ "$maxmemory" -gt 0 ] && [ "$used" -gt "$maxmemory" ]; then
    why="the data takes $used bytes in the server, which may hold $maxmemory"
    return 1
  fi
  same_process || return 1
  step=Promoting
  promote
}
roll_back() {
  if [ "$EMPTY" = true ]; then
    wait_target "$TARGET_LIMIT" || { why="the server does not answer: $(target ping)"; return 1; }
    target replicaof no one >/dev/null
    unless "$(target function flush sync)" "functions stay" || return 1
    unless "$(target flushall sync)" "data stays" || return 1
    promote
  else
    replicate "$1" "$2"
  fi
}

tls_before=no
why=
if [ "$MODE" = rollback ]; then
  if roll_back dump.rdb "$EXPECTED"; then
    report rolled-back '' "the server has its own data again"
    exit 0
  fi
  report unsettled '' "$why"
  exit 1
fi
if replicate dump.rdb "$EXPECTED"; then
  report promoted '' "the server has the $wanted_keys keys of the backup"
  exit 0
fi
cause="$step: $why"
if [ "$touched" = no ]; then
  report untouched '' "$cause"
  exit 0
fi
if [ "$touched" = unknown ]; then
  report unsettled '' "$cause"
  exit 1
fi
say "rolling back, because $why"
step=RollingBack
if roll_back own.rdb ''; then
  report rolled-back '' "$cause"
  exit 0
fi
report unsettled '' "$cause; going back did not work either: $why"
exit 1
`;
