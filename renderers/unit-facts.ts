import { fixed, type Script } from './shell.ts';

/**
 * The shell function `unit_facts UNIT…`: a block of NAME=VALUE a unit, as `systemctl show` prints it. Where there is no systemd (CentOS 6), a
 * unit `NAME.service` is the service NAME of init, and its state what chkconfig(8) and its own `status` say.
 */
export const unitFacts: Script = fixed(`unit_facts() {
  if command -v systemctl >/dev/null; then
    systemctl show -p Id -p LoadState -p ActiveState -p UnitFileState -p NeedDaemonReload -- "$@"
    return
  fi
  command -v chkconfig >/dev/null || { echo "neither systemctl nor chkconfig is there" >&2; return 1; }
  for unit in "$@"; do
    name=\${unit%.service} loaded=not-found active=inactive enabled=
    if [ -x "/etc/init.d/$name" ]; then
      loaded=loaded enabled=disabled
      if service "$name" status >/dev/null 2>&1; then active=active; fi
      if chkconfig "$name"; then enabled=enabled; fi
    fi
    printf '%s\\n' "Id=$unit" "LoadState=$loaded" "ActiveState=$active" "UnitFileState=$enabled" NeedDaemonReload=no ''
  done
}`);
