import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, type Lab, must, until } from './lab.ts';
import { ports } from './tenants.ts';

const vip = '10.80.1.100';

/** `-f` for the Cluster, the ProxyPair and these Tenants: the others are no longer declared. */
export function declaring(lab: Lab, ...tenants: readonly ('acme' | 'globex')[]): readonly string[] {
  const files = ['cluster.yaml', 'proxypair.yaml', ...tenants.map((tenant) => `tenant-${tenant}.yaml`)];
  return files.flatMap((file) => ['-f', join(lab.documents, file)]);
}

export function retainFor(lab: Lab, duration: string): void {
  const file = join(lab.documents, 'cluster.yaml');
  const text = readFileSync(file, 'utf8').replace(/^ {2}prune: .*\n/m, '');
  writeFileSync(file, text.replace(/^spec:\n/m, `spec:\n  prune: { retainFor: ${duration} }\n`));
}

/** The data of a tenant, read through the VIP once it is served. */
export async function keysOf(lab: Lab, tenant: 'acme' | 'globex'): Promise<unknown> {
  const words = [process.execPath, 'test/e2e/support/keys.mjs', vip, String(ports[tenant])];
  const ask = () => lab.run(words, lab.passwords[tenant]);
  const { out } = await until(`${tenant} to answer`, ask, ({ code }) => code === 0);
  return JSON.parse(out);
}

/** What a host has of globex: containers, directories, ports, files of the proxies, listeners. */
export async function globexOn(lab: Lab, host: string): Promise<readonly string[]> {
  const script = `ls -1d /var/lib/lxc/globex-* /var/lib/ec2-redis-operator/members/*globex* /var/lib/ec2-redis-operator/members/.*globex* \
    /etc/ec2-redis-operator/haproxy/*globex* /etc/ec2-redis-operator/mesh/tn102.port \
    /etc/vz/conf/10102.* /etc/vz/names/globex-* /etc/ec2-redis-operator/openvz/ports/ct102 2>/dev/null
(lxc-ls -1; vzlist -a -H -o name) 2>/dev/null | grep globex
ovs-vsctl list-ports br-mesh | grep -x -e ct102 -e tn102
ss -Hltn | grep -o '${vip}:${ports.globex}'
pgrep -x -a redis-server | grep -o '10\\.102\\.[0-9.]*'
true`;
  const { out } = await must(lab.host(host, script));
  return out.split('\n').filter(Boolean);
}

/** Creates resources that are not managed here. Returns a check that all of them still exist. */
export async function putForeign(lab: Lab): Promise<() => Promise<Ended>> {
  await must(
    lab.host(
      'redis-1',
      `set -e
mkdir -p /var/lib/lxc/theirs /var/lib/lxc/globex-r1 /var/lib/ec2-redis-operator/members/stranger
echo '# not managed here' >/var/lib/lxc/theirs/config
echo data >/var/lib/ec2-redis-operator/members/stranger/data
echo 'ask Ann' >/var/lib/lxc/globex-r1/notes`,
    ),
  );
  await must(lab.host('proxy-1', 'ovs-vsctl add-port br-mesh theirs0 -- set Interface theirs0 type=internal'));
  return async () => {
    await must(
      lab.host(
        'redis-1',
        'cd /var/lib; [ -f lxc/theirs/config ] && [ -f ec2-redis-operator/members/stranger/data ] && [ -f lxc/globex-r1/notes ]',
      ),
    );
    return must(lab.host('proxy-1', 'ovs-vsctl port-to-br theirs0'));
  };
}
