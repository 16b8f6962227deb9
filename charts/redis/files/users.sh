# Writes the server's ACL file from the Secrets of its users: hashes of their passwords, never one itself.
# Arguments: the names of the Secrets of app, backup and admin, for messages.
set -eu
umask 077

refuse() {
  echo "Secret $1, key $2: $3" >&2
  exit 1
}

# Refuses what is no single line of text: a client would send something else than what is hashed here.
check() {
  if [ ! -e "$2/$3" ]; then refuse "$1" "$3" 'is missing; a user needs username and password'; fi
  if [ ! -s "$2/$3" ]; then refuse "$1" "$3" 'is empty; write a value, or leave the key out if it is not password'; fi
  if [ $(($(LC_ALL=C tr -cd '[:cntrl:]' <"$2/$3" | wc -c))) -ne 0 ]; then
    refuse "$1" "$3" 'has a line break or another control character; write one line without an end (printf, not echo)'
  fi
}

taken=' default fleetwright-pod fleetwright-metrics '

# The line of a user: its Secret, where that is mounted, and what it may do.
user() {
  secret=$1
  folder=$2
  shift 2
  check "$secret" "$folder" username
  check "$secret" "$folder" password
  name=$(cat "$folder/username")
  case $name in *[!A-Za-z0-9._-]*)
    refuse "$secret" username 'has other characters than letters, digits, dot, _ and -'
    ;;
  esac
  case $taken in *" $name "*)
    refuse "$secret" username "is the name of another user: $name; choose one of its own"
    ;;
  esac
  taken="$taken$name "
  printf 'user %s on' "$name"
  for key in password next-password previous-password; do
    if [ -e "$folder/$key" ]; then
      check "$secret" "$folder" "$key"
      printf ' #%s' "$(sha256sum <"$folder/$key" | cut -c 1-64)"
    fi
  done
  echo " $*"
}

# The line of a user of the pod itself: its password is made here, and stays in the pod's memory.
own() {
  file=$1
  name=$2
  shift 2
  if [ ! -s "$file" ]; then printf %s "$(head -c 32 /dev/urandom | sha256sum | cut -c 1-64)" >"$file"; fi
  echo "user $name on #$(sha256sum <"$file" | cut -c 1-64) resetkeys resetchannels -@all $*"
}

fence=
if [ -e "$USERS/admin/fence" ]; then fence=' -@write -pfcount'; fi
{
  echo 'user default off'
  own "$OWN/password" fleetwright-pod '+ping +acl|setuser +acl|deluser +config|set'
  if [ -n "$METRICS" ]; then
    own "$METRICS/password" fleetwright-metrics \
      '+ping +info +command +client|setname +slowlog|len +slowlog|get +latency|latest +latency|histogram'
  fi
  user "$2" "$USERS/backup" 'resetkeys resetchannels -@all +sync +replconf'
  user "$3" "$USERS/admin" '~* &* +@all'
  if [ -e "$USERS/app/username" ] || [ -e "$USERS/app/password" ]; then
    # The commands of CLIENT are dangerous as a whole to Redis 6.2.
    user "$1" "$USERS/app" '~* &* +@all -@admin -@dangerous +info +sort +client|id +client|getname +client|setname' \
      "+client|reply +client|tracking +client|caching$fence"
  else
    echo "Secret $1 is not there: no user for the app yet" >&2
  fi
} >"$OWN/users.new"
if [ -n "$METRICS" ]; then
  printf '{"unix://fleetwright-metrics@%s": "%s"}' "$SOCKET" "$(cat "$METRICS/password")" >"$METRICS/passwords.json"
fi
mv "$OWN/users.new" "$OWN/users.acl"
