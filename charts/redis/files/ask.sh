# Asks the server over its socket, as the pod's own user; the password is never an argument.
cli=$(command -v valkey-cli || command -v redis-cli)
REDISCLI_AUTH=$(cat "$OWN/password")
export REDISCLI_AUTH
exec "$cli" -s "$SOCKET" --user fleetwright-pod "$@"
