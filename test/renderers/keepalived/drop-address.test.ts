import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { dropAddress } from '../../../renderers/keepalived/drop-address.ts';

/** The addresses of a device in a network of its own, after the virtual address was taken off. */
function left(...addresses: readonly string[]): readonly string[] {
  const added = addresses.map((address) => `ip address add ${address} dev ens5`).join('\n');
  const script = `set -e
ip link add ens5 type veth peer name far
ip link set ens5 up
echo 0 >/proc/sys/net/ipv4/conf/ens5/promote_secondaries
${added}
${dropAddress}
drop_address 10.80.1.100
ip -4 -oneline address show dev ens5`;
  const { status, stdout, stderr } = spawnSync('unshare', ['--net', 'sh', '-c', script], { encoding: 'utf8' });
  expect(status, stderr).to.equal(0);
  return [...stdout.matchAll(/inet (\S+)/g)].map(([, address = '']) => address);
}

describe('the virtual address, taken off a host', () => {
  it('whatever its prefix, and however often it is there', () => {
    expect(left('10.80.1.21/24', '10.80.1.100/32', '10.80.1.100/24', '10.80.1.100/16')).to.eql(['10.80.1.21/24']);
  });

  it('no other address goes with it, although it was the first of its subnet', () => {
    expect(left('10.80.1.100/24', '10.80.1.21/24', '10.80.1.10/24')).to.eql(['10.80.1.21/24', '10.80.1.10/24']);
  });

  it('nothing is done where it is not', () => {
    expect(left('10.80.1.21/24')).to.eql(['10.80.1.21/24']);
  });
});
