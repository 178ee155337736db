import { breakDisk, emptyDisk, fillDisk } from '../hosts/disk.ts';
import { type Fault, hostOf } from './fault.ts';

/** Faults of a host's disk, which holds its root and its containers: everything except tmpfs. */
export const diskFaults: { readonly [name: string]: Fault } = {
  'fill-disk': {
    summary:
      "fill the host's disk: every write that needs a new block fails (ENOSPC), root's too; this survives a reboot",
    takes: ['HOST'],
    revertedBy: 'empty-disk',
    inject: (_, args) => fillDisk(hostOf(args)),
  },
  'empty-disk': {
    summary: 'free the space again',
    takes: ['HOST'],
    inject: async (_, args) => emptyDisk(hostOf(args)),
  },
  'read-only': {
    summary:
      "make the host's disk read-only, as ext4 does after an I/O error (errors=remount-ro): every write fails (EROFS)",
    takes: ['HOST'],
    revertedBy: 'writable',
    untilBoot: true,
    needsPower: true,
    inject: async (target, args) => {
      const host = hostOf(args);
      const machine = target.machine(host);
      // What a process writes between the last sync and the error would be lost, and with it, now and then, the next boot.
      const freezes = !target.isFrozen(host);
      if (freezes) await machine.freeze(true);
      try {
        await breakDisk(host);
      } finally {
        if (freezes) await machine.freeze(false);
      }
    },
  },
  writable: {
    summary: 'power-cycle the host, which checks and remounts its disk: nothing less helps, as on a real host',
    takes: ['HOST'],
    needsPower: true,
    inject: async (target, args, reverts) => {
      if (reverts) await target.powerCycle(hostOf(args));
    },
  },
};
