#!/bin/sh
# Starts the namespaces of a lab, and stays as their parent until they end.
#   launch.sh "GROUP_DIR GROUP_DIR …" HOSTNAME COMMAND [ARG…]
set -eu
groups=$1

# With v2 only, there is one hierarchy and so one group. (Next to v1, the v2 hierarchy holds nothing that a lab needs.)
v2_alone() {
  case $groups in *' '*) return 1 ;; esac
  [ -e "$groups/cgroup.controllers" ]
}

# cgroup v2 enables each controller for a group's children separately; one that the machine lacks is not an error.
share() {
  for controller in cpu cpuset io memory pids; do
    sh -c 'echo "+$1" >"$2/cgroup.subtree_control"' sh "$controller" "$1" 2>/dev/null || true
  done
}

if [ "${2:-}" != --inside ]; then
  # Wait until the caller has recorded this process.
  read -r _
  exec </dev/null
  for group in $groups; do
    mkdir -p "$group"
    # A new v1 cpuset is empty, and an empty one accepts no process.
    for file in cpuset.cpus cpuset.mems; do
      if [ -e "$group/tasks" ] && [ -e "$group/$file" ]; then cat "$group/../$file" >"$group/$file"; fi
    done
    if v2_alone; then share "$(dirname "$group")"; fi
    echo $$ >"$group/cgroup.procs"
  done
  # The root of a new cgroup namespace is the group of the process that creates it.
  shift
  exec unshare --cgroup sh "$0" "$groups" --inside "$@"
fi

shift 2
if v2_alone; then
  # A v2 group with members cannot enable controllers for its children, so the lab's own processes move to a leaf. LXC creates its groups
  # next to that of PID 1, or above it if that has systemd's name (init.scope).
  mkdir "$groups/init.scope"
  echo $$ >"$groups/init.scope/cgroup.procs"
  share "$groups"
fi
exec unshare --mount --net --pid --uts --ipc --fork --kill-child sh "$(dirname "$0")/namespace.sh" "$@"
