import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { reveal } from '../../../renderers/lib/text.ts';
import { meshPort, meshUp } from '../../../renderers/ovs/mesh-boot.ts';

describe('tenant ports when a proxy boots', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mesh-boot-'));
    stub('ip', `echo "ip $*" >>${folder}/log`);
    stub('ovs-vsctl', ':');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function stub(name: string, body: string): void {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  }

  function boot(): number | null {
    const env = { PATH: `${folder}:${process.env['PATH']}` };
    return spawnSync('sh', ['-c', reveal(meshUp(folder))], { env }).status;
  }

  it('each port with a file comes up with its address, that of a removed Tenant included', () => {
    for (const [port, address] of [
      ['tn101', '10.101.0.1/24'],
      ['tn103', '10.103.0.1/24'],
    ] as const)
      writeFileSync(join(folder, `${port}.port`), reveal(meshPort({ port, mtu: 8955, address })));
    expect(boot()).to.equal(0);
    expect(readFileSync(join(folder, 'log'), 'utf8').split('\n')).to.deep.equal([
      'ip link set dev tn101 mtu 8955 up',
      'ip address replace 10.101.0.1/24 dev tn101',
      'ip link set dev tn103 mtu 8955 up',
      'ip address replace 10.103.0.1/24 dev tn103',
      '',
    ]);
  });

  it('a port whose device does not appear leaves the others alone, and the unit fails', () => {
    writeFileSync(join(folder, 'tn101.port'), reveal(meshPort({ port: 'tn101', mtu: 8955, address: '10.101.0.1/24' })));
    writeFileSync(join(folder, 'tn102.port'), reveal(meshPort({ port: 'tn102', mtu: 8955, address: '10.102.0.1/24' })));
    stub('ovs-vsctl', 'case "$*" in *tn101*) exit 1 ;; esac');
    expect(boot()).to.equal(1);
    expect(readFileSync(join(folder, 'log'), 'utf8'))
      .to.include('dev tn102')
      .and.not.include('tn101');
  });
});
