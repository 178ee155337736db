import { fixed, type Script } from '../../renderers/shell.ts';

/** What vzctl's exit codes mean (vzctl's vzerror.h, of OpenVZ 6 and 7), for a person. 9 is tried again, for half a minute. */
export const vzctlExits: Readonly<Record<number, string>> = {
  1: 'a limit could not be set: the container uses more than that',
  2: 'the CPU scheduler did not take the parameters',
  3: 'a system error, or a parameter that this kernel does not have (ram and swap need VSwap: 2.6.32-042stab042 or later)',
  5: 'the running kernel is not OpenVZ: boot the vzkernel',
  6: 'not enough resources on the host',
  7: 'the container could not be made to run',
  9: 'another vzctl has it locked: see /vz/lock for whose it is',
  10: 'there is no /etc/vz/vz.conf',
  11: 'a program that vzctl needs is missing',
  12: 'only root may',
  14: 'OpenVZ has no configuration of it',
  20: 'wrong words: another version of vzctl than 4.11 or 7?',
  21: 'a wrong value or an option that this vzctl does not know',
  31: 'it does not run',
  32: 'it runs',
  33: 'it does not stop',
  40: 'its file system is not mounted',
  41: 'its file system is mounted',
  43: 'its private area is gone, and its data with it',
  44: 'its private area is there already',
  46: 'the disk is full',
  47: 'the template is broken',
  48: 'its private area could not be made',
  50: 'its file system could not be mounted',
  51: 'its file system could not be unmounted: something still uses it',
  52: 'its private area could not be removed',
  79: 'one of its action scripts failed (CTID.mount, CTID.umount)',
  82: 'its configuration could not be copied',
  91: 'there is no such template in /vz/template/cache',
  99: 'this kernel or vzctl has no ploop',
  105: 'somebody disabled it: vzctl set CTID --disabled no --save',
  130: 'its network device could not be set up: see what the hook says',
  131: 'another container has its name',
  133: 'it did not come up in time',
  136: 'its network device could not be set up: see what the hook says',
  137: 'another container has its name',
  139: 'its configuration could not be saved: is the disk full?',
  151: 'its disk could not be made',
  152: 'its disk could not be mounted',
  153: 'its disk could not be unmounted: something still uses it',
  154: 'its disk could not be resized',
};

/**
 * Defines `vz COMMAND CTID …`: vzctl, tried again while somebody else has the container locked; what it meant on standard error when it
 * fails, and its exit code. Standard input is empty, and the host's lock (descriptor 9) is not handed on to what it starts.
 */
export const vzctl: Script = fixed(`vz() {
  tries=0
  while :; do
    code=0
    said=$(vzctl "$@" </dev/null 2>&1 9>&-) || code=$?
    [ "$code" = 9 ] && [ "$tries" -lt 30 ] || break
    tries=$((tries + 1))
    sleep 1
  done
  [ "$code" != 0 ] || return 0
  case $code in
${Object.entries(vzctlExits)
  .map(([code, words]) => `    ${code}) words='${words}' ;;`)
  .join('\n')}
    *) words='a code that is not known' ;;
  esac
  echo "vzctl $1 $2 ended with $code: $words. It says: $(printf %s "$said" | tail -n 3 | tr '\\n' ' ')" >&2
  return "$code"
}
vz_state() { # running, down, deleted; mounted or unmounted
  vzctl status "$1" </dev/null 2>/dev/null 9>&-
}`);
