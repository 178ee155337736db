import { expect } from 'chai';
import { judged } from '../support/judge.ts';
import { beginWriting, hosts, type Lab, must, until } from '../support/lab.ts';
import { figure, hostOf, ports, view } from '../support/tenants.ts';

/** What an upgrade of packages, needrestart or an administrator runs on a host, whose services then have to come back without us. */
interface Restart {
  readonly name: string;
  readonly script: string;
  on(lab: Lab): Promise<readonly string[]>;
}

const masterHost = async (lab: Lab) => [hostOf((await view(lab, 'acme')).master)];
const vipHost = async (lab: Lab) => [(await view(lab, 'acme')).vipOwner];
const restart = (...units: string[]) => `systemctl restart ${units.join(' ')}`;

const inGate: readonly Restart[] = [{ name: 'lxc.service restarted', script: restart('lxc.service'), on: masterHost }];

const others: readonly Restart[] = [
  { name: 'systemctl daemon-reexec', script: 'systemctl daemon-reexec', on: async () => hosts },
  { name: 'lxc.service stopped and started', script: 'systemctl stop lxc && systemctl start lxc', on: masterHost },
  { name: 'Open vSwitch restarted on a Redis host', script: restart('openvswitch-switch'), on: masterHost },
  { name: 'Open vSwitch restarted on the proxy that owns the VIP', script: restart('openvswitch-switch'), on: vipHost },
  {
    // What the maintainer scripts of Debian 12 do in an upgrade.
    name: 'Open vSwitch stopped and started on the proxy that owns the VIP',
    script: `systemctl stop ovsdb-server && systemctl stop ovs-vswitchd && ${restart('openvswitch-switch')}`,
    on: vipHost,
  },
  {
    name: 'HAProxy and keepalived restarted',
    script: restart('ec2-redis-haproxy', 'ec2-redis-keepalived'),
    on: vipHost,
  },
];

/** Services are restarted, while a client writes through the VIP. */
export function restartSuite(lab: () => Lab): void {
  judged(lab);
  for (const { name, script, on } of process.env['LONG'] ? [...inGate, ...others] : inGate)
    it(`${name}: everything is back without us, and no acknowledged write is lost`, async function () {
      this.timeout(600_000);
      const affected = await on(lab());
      const writer = await beginWriting(lab(), ports.acme, lab().passwords.acme);
      const begun = Date.now();
      await Promise.all(affected.map((host) => must(lab().host(host, script))));
      const plan = await until(
        'plan to report no differences',
        () => lab().reconcile('plan', '-f', lab().documents),
        ({ code }) => code === 0,
        120,
      );
      expect(plan.out).to.match(/^quickstart: no differences\n/);
      await until(
        'both tenants in order',
        () => Promise.all(['acme', 'globex'].map((tenant) => view(lab(), tenant))),
        (all) => all.every(({ reason }) => reason === 'AllInOrder'),
      );
      const report = await writer.stop();
      figure(
        `${name} (${affected.join(', ')}): in order after ${((Date.now() - begun) / 1000).toFixed(1)} s; ${(report.longestGapMs / 1000).toFixed(1)} s without acknowledged writes; ${report.lostAcknowledged} lost`,
      );
      expect(report.lostAcknowledged).to.equal(0);
    });
}
