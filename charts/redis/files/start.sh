# Starts the server. More arguments are the server's own.
set -eu
server=$(command -v valkey-server || command -v redis-server)
# What a killed server has left of a snapshot: on a volume of twice the memory there is no room for many.
rm -f "$DATA"/temp-*.rdb
if [ -n "$TLS" ]; then
  for key in tls.crt tls.key ca.crt; do
    if [ ! -s "$TLS/$key" ]; then
      echo "the Secret for TLS has no key $key, or an empty one; it needs tls.crt, tls.key and ca.crt" >&2
      exit 1
    fi
  done
  set -- --port 0 --tls-port 6379 --tls-auth-clients no --tls-replication yes \
    --tls-cert-file "$TLS/tls.crt" --tls-key-file "$TLS/tls.key" --tls-ca-cert-file "$TLS/ca.crt" "$@"
fi
exec "$server" "$CONFIG/redis.conf" --dir "$DATA" --dbfilename dump.rdb \
  --unixsocket "$SOCKET" --unixsocketperm 700 --aclfile "$OWN/users.acl" \
  --maxmemory "$MAXMEMORY" --maxmemory-policy "$POLICY" "$@"
