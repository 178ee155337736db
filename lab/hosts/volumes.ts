import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from '../daemon/shell.ts';
import { isRoot } from '../ec2/data-volumes.ts';
import type { Ec2State, Volume } from '../ec2/state.ts';
import { NAMESPACE } from '../paths.ts';
import type { LabHost } from '../topology.ts';

/**
 * The block devices of volumes that are not root volumes. Each is a loop device over a sparse file. The host that it is attached to has a link
 * to it like that of udev for an NVMe device of EC2: /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol….
 */
export class BlockDevices {
  /** What there is, by volume: its size in GiB, and its loop device while it is attached. */
  private readonly known = new Map<string, { size: number; device: string | undefined; open: number | undefined }>();
  /** Links that hosts have, by host: a line per volume. */
  private readonly linked = new Map<LabHost, string>();
  private readonly pidOf: (host: LabHost) => number | undefined;

  /** `pidOf`: of the init of a host; undefined while it is off. */
  constructor(pidOf: (host: LabHost) => number | undefined) {
    this.pidOf = pidOf;
  }

  /** Makes the devices follow the state. */
  async follow(state: Ec2State): Promise<void> {
    const volumes = state.volumes.filter((one) => !isRoot(one));
    for (const volume of volumes) await this.prepare(volume);
    const hosts = state.instances.filter((one) => one.state !== 'terminated').map((one) => one.host);
    for (const host of hosts) await this.link(host, volumes);
    for (const id of [...this.known.keys()]) {
      const volume = volumes.find((one) => one.id === id);
      if (!volume?.host) this.unplug(id);
      if (volume) continue;
      rmSync(fileOf(id), { force: true });
      this.known.delete(id);
    }
  }

  /** Its file, of its size; and its device, if an instance has it. */
  private async prepare({ id, size, host }: Volume): Promise<void> {
    const before = this.known.get(id);
    if (before?.size !== size) {
      mkdirSync(NAMESPACE.volumes, { recursive: true });
      await sh('truncate', ['-s', `${size}G`, fileOf(id)]);
      if (before?.device) await sh('losetup', ['-c', before.device]);
    }
    this.known.set(id, { ...(before ?? unplugged), size });
    if (host && !before?.device) await this.plug(id, size);
  }

  /** The kernel drops a device that is being detached once nobody has it open: at the latest when the lab ends, however it does. */
  private async plug(id: string, size: number): Promise<void> {
    const device = (await sh('losetup', ['-f', '--show', fileOf(id)])).trim();
    this.known.set(id, { size, device, open: openSync(device, 'r') });
    await sh('losetup', ['-d', device]);
  }

  /** The hook of its next boot makes the same links from the file. */
  private async link(host: LabHost, volumes: readonly Volume[]): Promise<void> {
    const own = volumes.filter((one) => one.host === host);
    const lines = own.map(({ id }) => `${id.replace('-', '')} ${this.known.get(id)?.device}\n`).join('');
    const folder = join(NAMESPACE.hosts, host.name);
    if ((this.linked.get(host) ?? '') === lines || !existsSync(folder)) return;
    writeFileSync(join(folder, 'volumes'), lines);
    this.linked.set(host, lines);
    const pid = this.pidOf(host);
    if (pid !== undefined) await sh('sh', ['-c', LINK, 'sh', `/proc/${pid}/root/dev`, join(folder, 'volumes')]);
  }

  /** Of a host that is gone, the last mount may end a moment later: the kernel then drops the device. */
  private unplug(id: string): void {
    const known = this.known.get(id);
    if (known?.open === undefined) return;
    closeSync(known.open);
    this.known.set(id, { ...known, ...unplugged });
  }
}

const unplugged = { device: undefined, open: undefined };

const LINK = `
set -eu
rm -rf "$1/disk/by-id"
mkdir -p "$1/disk/by-id"
while read -r serial device; do
  ln -s "$device" "$1/disk/by-id/nvme-Amazon_Elastic_Block_Store_$serial"
done <"$2"
`;

function fileOf(id: string): string {
  return join(NAMESPACE.volumes, `${id}.img`);
}
