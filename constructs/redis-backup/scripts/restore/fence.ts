import { TARGET } from './target';

/**
 * Waits until the server lets the app's user write no more, and closes its connections: one may wait for data that
 * it would take. Then tells what the server is: which process, whether a restore has begun to change it (it has a
 * user for replication from before that until the fence is lifted), and whether it is empty.
 */
export const FENCE = `${TARGET}
step=Fencing
tries=0
until wait_target 0 && [ "$(app_writes)" = no ]; do
  tries=$((tries + 1))
  if [ "$tries" -gt "$TARGET_LIMIT" ]; then
    report failed '' "the server does not fence its writers, or does not answer: $(target ping)"
    exit 1
  fi
  sleep 1
done
app=$(cat "$APP_DIR/username" 2>/dev/null) || app=
if [ -n "$app" ]; then target client kill user "$app" >/dev/null; fi
run=$(target info server | field run_id)
role=$(target info replication | field role)
touched=true
if [ "$role" = master ] && [ -z "$(setting masteruser)" ]; then touched=false; fi
there=$(target info keyspace | count_keys)
functions=$(target function list | grep -c library_name || true)
empty=false
if [ $((there + functions)) -eq 0 ]; then empty=true; fi
report fenced ",\\"runId\\":\\"$run\\",\\"touched\\":$touched,\\"empty\\":$empty" "no app can write; the server has $there keys"
`;

/** Waits until the server is a master that lets the app write again, and takes the mark of the restore from it. */
export const LIFT = `${TARGET}
step=Lifting
may_write() { ! [ -s "$APP_DIR/username" ] || [ "$(app_writes)" = yes ]; }
tries=0
until wait_target 0 && [ "$(target info replication | field role)" = master ] && may_write; do
  tries=$((tries + 1))
  if [ "$tries" -gt "$TARGET_LIMIT" ]; then
    report failed '' "the server still fences its writers, or does not answer: $(target ping)"
    exit 1
  fi
  sleep 1
done
if [ "$(target config set masteruser '')" != OK ]; then
  report failed '' "the server keeps the mark of the restore"
  exit 1
fi
report lifted '' "the app can write"
`;
