import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { asset } from '../../../lab/paths.ts';
import { reveal } from '../../../renderers/lib/text.ts';
import { openvzConf } from '../../../renderers/openvz/openvz-conf.ts';

/** The stand-in's choice of a distribution, and what its scripts leave in a container. */
describe('lab: the distribution of an OpenVZ container', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'dists-'));
    mkdirSync(join(root, 'etc'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const library = (name: string) => asset('openvz', 'rootfs', 'usr/lib/openvz-stand-in', name);
  const configured = (conf: string) => {
    const script = `. ${library('common')}; . ${library('dists')}; root=$1; read_conf "$1/conf"; configure`;
    writeFileSync(join(root, 'conf'), conf);
    const { status, stderr } = spawnSync('bash', ['--norc', '-uc', script, 'bash', root], { encoding: 'utf8' });
    expect(status).to.equal(0);
    return { stderr, redhat: existsSync(join(root, 'etc/sysconfig/network')) };
  };

  it('follows from the name of the template, as far as vzctl knows it', () => {
    expect(configured('OSTEMPLATE="debian-7.0-x86_64"\n')).to.deep.equal({ stderr: '', redhat: false });
    const { stderr, redhat } = configured('OSTEMPLATE="redis-bookworm"\n');
    expect(redhat).to.equal(true);
    expect(stderr).to.contain('configuration file for distribution redis-bookworm not found');
  });

  it('is Debian for a member, whatever the name of its template', () => {
    const mark = { cluster: 'c', tenant: 'acme', member: 'r1', vlan: 101, address: '10.101.0.11' };
    const base = { mark, folder: '/members/acme-r1', template: 'redis-bookworm', diskBytes: 2 ** 30 };
    expect(configured(reveal(openvzConf(base)))).to.deep.equal({ stderr: '', redhat: false });
  });
});
