import { expect } from 'chai';
import { callEc2 } from '../support/account.ts';
import { type Lab, must } from '../support/lab.ts';
import { type proxies, vipHolders } from '../support/tenants.ts';
import type { Case } from './case.ts';

type Proxy = keyof typeof proxies;

/** Why the proxy without the virtual address could not take it over. */
interface Cause {
  readonly name: string;
  breakIt(lab: Lab, standby: Proxy): Promise<unknown>;
  readonly field: string;
  readonly have: string;
  /** In the message of the Ready condition. */
  readonly words: RegExp;
  release(lab: Lab, standby: Proxy): Promise<unknown>;
}

/** A rule of the host's own firewall, as an administrator adds it. */
const drop = (rule: string) => (lab: Lab, standby: Proxy) => {
  const chain = "add chain inet guard output '{ type filter hook output priority 0; }'";
  return must(lab.host(standby, `nft add table inet guard; nft ${chain}; nft add rule inet guard output ${rule} drop`));
};
const endDrop = (lab: Lab, standby: Proxy) => must(lab.host(standby, 'nft delete table inet guard'));
const fault = (lab: Lab, ...words: string[]) =>
  must(lab.command('fault', words[0] ?? '', '--name', lab.name, ...words.slice(1)));

const causes: readonly Cause[] = [
  {
    name: 'a firewall that drops what goes to the EC2 API',
    breakIt: drop('ip daddr 10.80.0.2'),
    field: 'EC2 API',
    have: 'does not respond',
    words: /it does not reach the EC2 API$/,
    release: endDrop,
  },
  {
    name: 'a clock that is 20 minutes fast for EC2',
    breakIt: (lab, standby) => fault(lab, 'api-clock', standby, '1200'),
    field: 'clock',
    have: '20 min fast',
    words: /its clock differs from that of EC2$/,
    release: (lab) => fault(lab, 'api-normal'),
  },
  {
    name: 'a firewall that drops what goes to the metadata service',
    breakIt: drop('ip daddr 169.254.169.254'),
    field: 'instance metadata service',
    have: 'does not respond',
    words: /it does not reach the instance metadata service$/,
    release: endDrop,
  },
  {
    name: 'a role without the permission',
    breakIt: (lab, standby) => fault(lab, 'api-deny', standby, 'AssignPrivateIpAddresses'),
    field: 'permission',
    have: 'none',
    words: /its role may not assign addresses$/,
    release: (lab) => fault(lab, 'api-normal'),
  },
  {
    name: 'as many addresses as its type allows',
    breakIt: (lab, standby) => assignment(lab, standby, 'AssignPrivateIpAddresses'),
    field: 'addresses of the network interface',
    have: 'as many as allowed',
    words: /its network interface has as many addresses as it may$/,
    release: (lab, standby) => assignment(lab, standby, 'UnassignPrivateIpAddresses'),
  },
];

/** It is known before the other proxy fails, and the tenants are served meanwhile. */
export const standbyCases: readonly Case[] = causes.map(caseOf);

function caseOf({ name, breakIt, field, have, words, release }: Cause): Case {
  let standby: Proxy | undefined;
  const finding = { subject: /^vip\/front@proxy-\d$/, reason: 'StandbyCannotTakeOver', by: 'manual' } as const;
  return {
    name: `the proxy without the VIP has ${name}`,
    tenant: 'acme',
    breakIt: async (lab) => {
      const [owner] = (await vipHolders(lab)).owners;
      standby = owner === 'proxy-1' ? 'proxy-2' : 'proxy-1';
      await breakIt(lab, standby);
      await checkNow(lab, standby);
    },
    ready: 'True',
    reason: 'StandbyCannotTakeOver',
    words,
    findings: [{ ...finding, severity: 'critical', impacts: ['acme', 'globex'], field, have }],
    check: ({ vipOwner }, all) => {
      expect(vipOwner).to.equal(standby === 'proxy-1' ? 'proxy-2' : 'proxy-1');
      expect(all).to.have.lengthOf(1);
    },
    plan: 1,
    apply: 2,
    release: async (lab) => {
      if (standby === undefined) return;
      await release(lab, standby);
      await checkNow(lab, standby);
    },
  };
}

/** A proxy checks itself once a minute. Without a result it does at once. */
async function checkNow(lab: Lab, standby: Proxy): Promise<void> {
  await must(lab.host(standby, 'rm -f /run/ec2-redis-operator/takeover/front'));
}

/** m5.large allows 10 addresses for a network interface. */
const others = Array.from({ length: 9 }, (_, index) => `10.80.1.${201 + index}`);

async function assignment(lab: Lab, standby: Proxy, action: string): Promise<void> {
  const { hosts } = await lab.status();
  const NetworkInterfaceId = hosts.find(({ name }) => name === standby)?.interfaceId;
  for (const { refused } of await callEc2(lab, [action, { NetworkInterfaceId, PrivateIpAddresses: others }]))
    expect(refused).to.equal(undefined);
}
