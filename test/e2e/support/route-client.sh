#!/bin/bash
# A client of a tenant on a host of the VPC, which connects again and again: route-client.sh ADDRESS PORT, with the password on the first line
# of standard input. Prints a line for each attempt: when it began and ended (milliseconds since 1970), and the address from which Redis was
# reached, which is that of the proxy in the tenant's network; or `none`.
read -r password
export password
attempt='exec 3<>"/dev/tcp/$0/$1" && printf "AUTH %s\r\nCLIENT INFO\r\nQUIT\r\n" "$password" >&3 &&
  while read -r line <&3; do case $line in *" addr="*) line=${line#* addr=}; echo "${line%%:*}"; exit ;; esac; done'
while :; do
  began=$(date +%s%3N)
  by=$(timeout 0.15 bash -c "$attempt" "$1" "$2" 2>/dev/null)
  echo "$began $(date +%s%3N) ${by:-none}"
  sleep 0.02
done
