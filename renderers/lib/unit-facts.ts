import { fixed, type Script } from './shell.ts';

/**
 * Shell function `unit_facts UNIT…`: one block of NAME=VALUE lines per unit, as printed by `systemctl show`. Without systemd (CentOS 6) a
 * unit `NAME.service` is the service NAME of init; its state comes from chkconfig(8) and `service NAME status`.
 */
export const unitFacts: Script = fixed(`unit_facts() {
  if command -v systemctl >/dev/null; then
    systemctl show -p Id -p LoadState -p ActiveState -p UnitFileState -p NeedDaemonReload -- "$@"
    return
  fi
  command -v chkconfig >/dev/null || { echo "neither systemctl nor chkconfig is installed" >&2; return 1; }
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
