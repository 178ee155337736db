import { type Lab, must } from '../support/lab.ts';
import { vipHolders } from '../support/tenants.ts';
import type { Row } from './row.ts';

const vip = '10.80.1.100';
const haproxyCfg = '/etc/ec2-redis-operator/haproxy/tenant-acme.cfg';
const keepalivedConf = '/etc/ec2-redis-operator/vip/keepalived.conf';

const owner = async (lab: Lab): Promise<string> => {
  const [host] = (await vipHolders(lab)).owners;
  if (!host) throw new Error(`no proxy owns ${vip}`);
  return host;
};
const onOwner = (script: string) => async (lab: Lab) => must(lab.host(await owner(lab), script));

/** keepalived's notify script restores the address itself. While it is stopped, only apply can. */
const notify = (signal: 'STOP' | 'CONT') => (lab: Lab) =>
  Promise.all(
    ['proxy-1', 'proxy-2'].map((host) =>
      lab.host(host, `pkill -${signal} -f '^/bin/sh /etc/ec2-redis-operator/vip/notify'`),
    ),
  );
const assignment = (lab: Lab, ...words: string[]) =>
  must(lab.run([process.execPath, 'test/e2e/support/vip.mjs', vip, ...words]));

/** HAProxy, keepalived, and the virtual address. */
export const proxyRows: readonly Row[] = [
  {
    name: 'haproxy.cfg edited without a reload',
    breakIt: onOwner(`echo '# edited' >>${haproxyCfg}`),
    expected: [{ subject: /^haproxy\/proxy-\d$/, reason: 'FileDiffers', field: haproxyCfg, have: 'different' }],
    changes: /^haproxy\/proxy-\d$/,
    unaffected: 'acme',
  },
  {
    name: 'haproxy.cfg edited and reloaded',
    breakIt: onOwner(`sed -i 's/inter 1000ms/inter 3000ms/' ${haproxyCfg} && systemctl reload ec2-redis-haproxy`),
    expected: [{ subject: /^haproxy\/proxy-\d$/, reason: 'FileDiffers', field: haproxyCfg, have: 'different' }],
    changes: /^haproxy\/proxy-\d$/,
    unaffected: 'globex',
  },
  {
    name: 'HAProxy stopped',
    breakIt: onOwner('systemctl stop ec2-redis-haproxy'),
    expected: [
      {
        subject: /^haproxy\/proxy-\d$/,
        reason: 'NotRunning',
        field: 'ec2-redis-haproxy.service',
        have: 'enabled, inactive',
      },
    ],
    changes: /^haproxy\/proxy-\d$/,
  },
  {
    name: 'keepalived.conf edited',
    breakIt: onOwner(`sed -i 's/priority 1/priority 2/' ${keepalivedConf}`),
    expected: [{ subject: /^vip\/front@proxy-\d$/, reason: 'FileDiffers', field: keepalivedConf, have: 'different' }],
    changes: /^vip\/front@proxy-\d$/,
    unaffected: 'acme',
  },
  {
    name: 'keepalived stopped',
    breakIt: onOwner('systemctl stop ec2-redis-keepalived'),
    expected: [
      {
        subject: /^vip\/front@proxy-\d$/,
        reason: 'NotRunning',
        field: 'ec2-redis-keepalived.service',
        have: 'enabled, inactive',
      },
    ],
    changes: /^vip\//,
  },
  {
    name: 'the VIP on the other proxy too, with the prefix of the subnet, as cloud-init adds it',
    breakIt: async (lab) => {
      const standby = (await owner(lab)) === 'proxy-1' ? 'proxy-2' : 'proxy-1';
      await must(lab.host(standby, `ip address add ${vip}/24 dev br-phy`));
    },
    expected: [{ subject: 'vip/front', reason: 'StaleVip', field: new RegExp(`^${vip} on proxy-\\d$`) }],
    changes: /^vip\/front$/,
    unaffected: 'acme',
  },
  {
    name: "the VIP unassigned in EC2, with keepalived's notify script stopped",
    breakIt: async (lab) => {
      await notify('STOP')(lab);
      await assignment(lab, 'unassign');
    },
    expected: [
      {
        subject: 'vip/front',
        reason: 'VipOnOtherInterface',
        field: `network interface of ${vip}`,
        have: 'none',
        want: /^eni-\w+ of proxy-\d$/,
      },
    ],
    changes: /^vip\/front$/,
    release: notify('CONT'),
  },
  {
    name: "the VIP assigned manually to the other network interface, with keepalived's notify script stopped",
    breakIt: async (lab) => {
      const other = (await owner(lab)) === 'proxy-1' ? '10.80.1.22' : '10.80.1.21';
      await notify('STOP')(lab);
      await assignment(lab, 'assign', other);
    },
    expected: [
      {
        subject: 'vip/front',
        reason: 'VipOnOtherInterface',
        field: `network interface of ${vip}`,
        have: /^eni-\w+ of i-\w+$/,
        want: /^eni-\w+ of proxy-\d$/,
      },
    ],
    changes: /^vip\/front$/,
    release: notify('CONT'),
  },
];
