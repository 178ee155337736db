import { breakDisk, emptyDisk, fillDisk } from '../hosts/disk.ts';
import { type Fault, hostOf } from './fault.ts';

/** Faults of a host's one disk: its root, its containers' files, everything but what lies on tmpfs. */
export const diskFaults: { readonly [name: string]: Fault } = {
  'fill-disk': {
    summary:
      "leave no free block on the host's disk: every write that needs one fails (ENOSPC), root's too; also after a reboot",
    takes: ['HOST'],
    mendedBy: 'empty-disk',
    inflict: (_, given) => fillDisk(hostOf(given)),
  },
  'empty-disk': {
    summary: 'give the blocks back',
    takes: ['HOST'],
    inflict: async (_, given) => emptyDisk(hostOf(given)),
  },
  'read-only': {
    summary:
      "turn the host's disk read-only, as ext4 does after an I/O error (errors=remount-ro): every write to it fails (EROFS)",
    takes: ['HOST'],
    mendedBy: 'writable',
    untilBoot: true,
    needsPower: true,
    inflict: (_, given) => breakDisk(hostOf(given)),
  },
  writable: {
    summary:
      'the host reboots hard, and its disk is checked and mounted anew: nothing less ends it, here as in the field',
    takes: ['HOST'],
    needsPower: true,
    inflict: async (fleet, given, mends) => {
      if (mends) await fleet.powerCycle(hostOf(given));
    },
  },
};
