import { type Lab, must } from '../support/lab.ts';
import { vipHolders } from '../support/tenants.ts';
import type { Row } from './row.ts';

const vip = '10.80.1.100';
const haproxyCfg = '/etc/ec2-redis-operator/haproxy/tenant-acme.cfg';
const keepalivedConf = '/etc/ec2-redis-operator/vip/keepalived.conf';

const owner = async (lab: Lab): Promise<string> => {
  const [host] = (await vipHolders(lab)).owners;
  if (!host) throw new Error(`nobody owns ${vip}`);
  return host;
};
const onOwner = (script: string) => async (lab: Lab) => must(lab.host(await owner(lab), script));

/** keepalived's notify script looks after the address by itself: held, it leaves the work to apply. */
const notify = (signal: 'STOP' | 'CONT') => (lab: Lab) =>
  Promise.all(
    ['proxy-1', 'proxy-2'].map((host) =>
      lab.host(host, `pkill -${signal} -f '^/bin/sh /etc/ec2-redis-operator/vip/notify'`),
    ),
  );
const eni = (lab: Lab, ...words: string[]) =>
  must(lab.run([process.execPath, 'test/lab/support/vip.mjs', vip, ...words]));

/** HAProxy, keepalived, and the virtual address. */
export const proxyRows: readonly Row[] = [
  {
    name: 'haproxy.cfg edited without a reload',
    breakIt: onOwner(`echo '# edited' >>${haproxyCfg}`),
    says: [/haproxy\/proxy-\d\n.*tenant-acme\.cfg: different, should be as rendered/],
    touches: /^haproxy\/proxy-\d$/,
    spares: 'acme',
  },
  {
    name: 'haproxy.cfg edited and reloaded',
    breakIt: onOwner(`sed -i 's/inter 1000ms/inter 3000ms/' ${haproxyCfg} && systemctl reload ec2-redis-haproxy`),
    says: [/haproxy\/proxy-\d\n.*tenant-acme\.cfg: different, should be as rendered/],
    touches: /^haproxy\/proxy-\d$/,
    spares: 'globex',
  },
  {
    name: 'HAProxy stopped',
    breakIt: onOwner('systemctl stop ec2-redis-haproxy'),
    says: [/haproxy\/proxy-\d\n.*ec2-redis-haproxy\.service: enabled, inactive/],
    touches: /^haproxy\/proxy-\d$/,
  },
  {
    name: 'keepalived.conf edited',
    breakIt: onOwner(`sed -i 's/priority 1/priority 2/' ${keepalivedConf}`),
    says: [/vip\/front@proxy-\d\n.*keepalived\.conf: different, should be as rendered/],
    touches: /^vip\/front@proxy-\d$/,
    spares: 'acme',
  },
  {
    name: 'keepalived stopped',
    breakIt: onOwner('systemctl stop ec2-redis-keepalived'),
    says: [/vip\/front@proxy-\d\n.*ec2-redis-keepalived\.service: enabled, inactive/],
    touches: /^vip\//,
  },
  {
    name: "the VIP unassigned in EC2, keepalived's notify held off",
    breakIt: async (lab) => {
      await notify('STOP')(lab);
      await eni(lab, 'unassign');
    },
    says: [/vip\/front\n.*ENI of 10\.80\.1\.100: none, should be eni-\w+ of proxy-\d/],
    touches: /^vip\/front$/,
    letGo: notify('CONT'),
  },
  {
    name: "the VIP assigned to the other ENI by hand, keepalived's notify held off",
    breakIt: async (lab) => {
      const other = (await owner(lab)) === 'proxy-1' ? '10.80.1.22' : '10.80.1.21';
      await notify('STOP')(lab);
      await eni(lab, 'assign', other);
    },
    says: [/vip\/front\n.*ENI of 10\.80\.1\.100: eni-\w+ of i-\w+, should be eni-\w+ of proxy-\d/],
    touches: /^vip\/front$/,
    letGo: notify('CONT'),
  },
];
