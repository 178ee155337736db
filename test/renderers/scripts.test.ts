import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { memberInit } from '../../renderers/container/init.ts';
import { haproxyLoader } from '../../renderers/haproxy/load.ts';
import { keepalivedCheck } from '../../renderers/keepalived/check.ts';
import { keepalivedLoader } from '../../renderers/keepalived/load.ts';
import { vipNotify } from '../../renderers/keepalived/notify.ts';
import { reveal, type Text } from '../../renderers/lib/text.ts';
import { lxcStartHost } from '../../renderers/lxc/start-host.ts';
import { openvzMount, openvzUmount } from '../../renderers/openvz/mount.ts';
import { vznetHook } from '../../renderers/openvz/vznet.ts';
import { meshUp } from '../../renderers/ovs/mesh-boot.ts';
import { portUp } from '../../renderers/ovs/port-up.ts';

const marks = { owner: 'quickstart' };
const attachment = { bridge: 'br-mesh', port: 'ct101', tag: 101, mtu: 8955, marks, indexMark: 'ifindex' };
const stamp = '/run/ec2-redis-operator/containers/acme-r1';

const vz = { root: '/vz/root/10101', folder: '/m/acme-r1', address: '10.101.0.11/24', mtu: 8955 };

const scripts: readonly (readonly [name: string, script: Text])[] = [
  ['vip/notify', vipNotify()],
  ['vip/load', keepalivedLoader()],
  ['vip/check-haproxy', keepalivedCheck()],
  ['haproxy/load', haproxyLoader()],
  ['mesh-up', meshUp('/etc/ec2-redis-operator/mesh')],
  ['conf/init', memberInit()],
  ['port up', portUp(attachment)],
  ['vznet', vznetHook()],
  ['CTID.mount', openvzMount({ ...vz, datapath: 'netdev' })],
  ['CTID.umount', openvzUmount(vz)],
  ['lxc start-host', lxcStartHost({ stamp, port: 'ct101', datapath: 'netdev' })],
];

describe('scripts on the hosts', () => {
  for (const [name, script] of scripts)
    it(`${name} is clean under shellcheck, and begins with our header`, () => {
      const { stdout } = spawnSync('shellcheck', ['-'], { input: reveal(script), encoding: 'utf8' });
      expect(stdout).to.equal('');
      expect(reveal(script)).to.match(/^#!\/bin\/sh\n# Managed by ec2-redis-operator\. /);
    });
});
