import { fixed, type Script } from '../../../renderers/lib/shell.ts';

/** What vzctl's exit codes mean (vzerror.h of vzctl, OpenVZ 6 and 7). Code 9 is retried for half a minute. */
export const vzctlExits: Readonly<Record<number, string>> = {
  1: 'a limit could not be set: the container uses more',
  2: 'the CPU scheduler rejected the parameters',
  3: 'a system error, or a parameter that this kernel does not support (ram and swap need VSwap: 2.6.32-042stab042 or later)',
  5: 'the running kernel is not OpenVZ: boot the vzkernel',
  6: 'not enough resources on the host',
  7: 'the container could not be started',
  9: 'another vzctl has it locked: the lock file in /vz/lock names the process',
  10: 'there is no /etc/vz/vz.conf',
  11: 'a program that vzctl needs is missing',
  12: 'root is required',
  14: 'OpenVZ has no configuration of it',
  20: 'wrong arguments: is the version of vzctl another than 4.11 or 7?',
  21: 'a wrong value, or an option that this vzctl does not know',
  31: 'it is not running',
  32: 'it is running',
  33: 'it could not be stopped',
  40: 'its file system is not mounted',
  41: 'its file system is mounted',
  43: 'its private area is missing, and its data with it',
  44: 'its private area exists already',
  46: 'the disk is full',
  47: 'the template is broken',
  48: 'its private area could not be created',
  50: 'its file system could not be mounted',
  51: 'its file system could not be unmounted: something still uses it',
  52: 'its private area could not be removed',
  79: 'one of its action scripts failed (CTID.mount, CTID.umount)',
  82: 'its configuration could not be copied',
  91: 'there is no such template in /vz/template/cache',
  99: 'this kernel or vzctl does not support ploop',
  105: 'it is disabled: run vzctl set CTID --disabled no --save',
  130: 'its network device could not be set up: see the output of the network hook',
  131: 'another container has its name',
  133: 'it did not start in time',
  136: 'its network device could not be set up: see the output of the network hook',
  137: 'another container has its name',
  139: 'its configuration could not be saved: is the disk full?',
  151: 'its disk could not be created',
  152: 'its disk could not be mounted',
  153: 'its disk could not be unmounted: something still uses it',
  154: 'its disk could not be resized',
};

/**
 * Defines `vz COMMAND CTID …`: vzctl, retried while another process has the container locked. If it fails, the meaning of its exit code goes
 * to standard error, and the code is returned. Standard input is empty, and its children do not inherit the host's lock (descriptor 9).
 */
export const vzctl: Script = fixed(`vz() {
  tries=0
  while :; do
    code=0
    output=$(vzctl "$@" </dev/null 2>&1 9>&-) || code=$?
    [ "$code" = 9 ] && [ "$tries" -lt 30 ] || break
    tries=$((tries + 1))
    sleep 1
  done
  [ "$code" != 0 ] || return 0
  case $code in
${Object.entries(vzctlExits)
  .map(([code, meaning]) => `    ${code}) meaning='${meaning}' ;;`)
  .join('\n')}
    *) meaning='unknown exit code' ;;
  esac
  echo "vzctl $1 $2 exited with $code: $meaning. Output: $(printf %s "$output" | tail -n 3 | tr '\\n' ' ')" >&2
  return "$code"
}
vz_state() { # running, down, deleted; mounted or unmounted
  vzctl status "$1" </dev/null 2>/dev/null 9>&-
}`);
