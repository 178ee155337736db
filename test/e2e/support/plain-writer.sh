#!/bin/bash
# A client of a tenant on a host, over a connection of its own for each write: plain-writer.sh ADDRESS PORT PREFIX, with the password on the first
# line of standard input. Prints a line for each write that Redis acknowledged, no matter what its replicas have: the number in the key
# PREFIX:NUMBER, and when the reply was there (milliseconds since 1970).
read -r password
export password
attempt='exec 3<>"/dev/tcp/$0/$1" && printf "AUTH %s\r\nSET %s %s\r\nQUIT\r\n" "$password" "$2" "$3" >&3 &&
  read -r first <&3 && read -r second <&3 && [ "${first%?}" = +OK ] && [ "${second%?}" = +OK ]'
number=0
while :; do
  number=$((number + 1))
  if timeout 0.3 bash -c "$attempt" "$1" "$2" "$3:$number" "$number" 2>/dev/null; then
    echo "$number $(date +%s%3N)"
  fi
  sleep 0.02
done
