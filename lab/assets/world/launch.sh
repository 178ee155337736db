#!/bin/sh
# Starts a world, and stays as its parent until it ends.
#   launch.sh "GROUP_DIR GROUP_DIR …" HOSTNAME COMMAND [ARG…]
set -eu
groups=$1

# On v2 alone there is one hierarchy, hence one group. (Beside v1, v2 holds the leftovers, which nobody needs.)
v2_alone() {
  case $groups in *' '*) return 1 ;; esac
  [ -e "$groups/cgroup.controllers" ]
}

# cgroup v2 gives a group's controllers to its children one by one; what the machine lacks is no error.
share() {
  for controller in cpu cpuset io memory pids; do
    sh -c 'echo "+$1" >"$2/cgroup.subtree_control"' sh "$controller" "$1" 2>/dev/null || true
  done
}

if [ "${2:-}" != --inside ]; then
  # Whoever launched this says so once it is on record.
  read -r _
  exec </dev/null
  for group in $groups; do
    mkdir -p "$group"
    # A new v1 cpuset is empty, and an empty one takes no process.
    for file in cpuset.cpus cpuset.mems; do
      if [ -e "$group/tasks" ] && [ -e "$group/$file" ]; then cat "$group/../$file" >"$group/$file"; fi
    done
    if v2_alone; then share "$(dirname "$group")"; fi
    echo $$ >"$group/cgroup.procs"
  done
  # A cgroup namespace takes as its root whatever group its founder is in.
  shift
  exec unshare --cgroup sh "$0" "$groups" --inside "$@"
fi

shift 2
if v2_alone; then
  # A v2 group with members cannot hand controllers to its children: the lab's own processes step into a leaf. LXC makes its groups
  # beside PID 1's, but above it when that is called as systemd calls it.
  mkdir "$groups/init.scope"
  echo $$ >"$groups/init.scope/cgroup.procs"
  share "$groups"
fi
exec unshare --mount --net --pid --uts --ipc --fork --kill-child sh "$(dirname "$0")/world.sh" "$@"
