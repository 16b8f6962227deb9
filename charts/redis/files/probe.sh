# `ready`: the server serves. `alive`: it answers at all, also that it loads its data or is busy.
answer=$(sh "$CONFIG/ask.sh" ping 2>&1)
case $1:$answer in
  *:PONG | alive:LOADING* | alive:BUSY* | alive:MASTERDOWN*) exit 0 ;;
esac
echo "$answer" >&2
exit 1
