# Brings what changes in the mounted Secrets to the running server. Arguments: as for users.sh.
#
# User by user and not by ACL LOAD, which before Redis 7.2 disconnects every client. ACL SETUSER disconnects those
# who lose a channel that they listen to, ACL DELUSER those of a user who is gone.
set -u
umask 077
trap 'exit 0' TERM INT

ask() { sh "$CONFIG/ask.sh" "$@" 2>&1; }

# What is in the files of some folders.
content() { sha256sum "$@" 2>/dev/null | sha256sum; }

# A message, unless it is the one before.
said=
say() {
  if [ "$1" != "$said" ]; then echo "$1" >&2; fi
  said=$1
}

names() { sed -n 's/^user \([^ ]*\) .*/\1/p' "$OWN/$1"; }

load_users() {
  if ! refused=$(sh "$CONFIG/users.sh" "$@" 2>&1); then
    say "$refused"
    return 1
  fi
  sed -n 's/^user \([^ ]*\) \(.*\)/ACL SETUSER \1 reset \2/p' "$OWN/users.acl" >"$OWN/commands"
  for name in $(names users.loaded); do
    if ! names users.acl | grep -qxF "$name"; then echo "ACL DELUSER $name" >>"$OWN/commands"; fi
  done
  answers=$(ask <"$OWN/commands")
  if [ "$(echo "$answers" | grep -cxE 'OK|[0-9]+')" != "$(grep -c ACL "$OWN/commands")" ]; then
    say "the server does not take the users: $answers"
    return 1
  fi
  cp "$OWN/users.acl" "$OWN/users.loaded"
  say 'users loaded'
}

load_certificate() {
  answer=$(ask config set tls-cert-file "$TLS/tls.crt")
  if [ "$answer" != OK ]; then
    say "the server does not take the certificate: $answer"
    return 1
  fi
  say 'certificate loaded'
}

# What the server of this pod has started with.
if [ ! -e "$OWN/users.loaded" ]; then cp "$OWN/users.acl" "$OWN/users.loaded"; fi
users=
certificate=
while true; do
  if [ -S "$SOCKET" ]; then
    now=$(content "$USERS"/*/*)
    if [ "$now" != "$users" ] && load_users "$@"; then users=$now; fi
    now=$(content "$TLS"/*)
    if [ -n "$TLS" ] && [ "$now" != "$certificate" ] && load_certificate; then certificate=$now; fi
  fi
  sleep "$PERIOD" &
  wait $!
done
