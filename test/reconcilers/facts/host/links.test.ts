import { expect } from 'chai';
import { links } from '../../../../reconcilers/facts/host/links.ts';

const read = (stdout: string) => links.read({ exit: 0, stdout, stderr: '', truncated: false }, {});

describe('the fact links', () => {
  it('reads the output of iproute2 2.6.32, point-to-point devices included', () => {
    const lines = `2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9001 qdisc pfifo_fast state UP qlen 1000\\    link/ether 02:aa:00:00:00:01 brd ff:ff:ff:ff:ff:ff
3: tun0: <POINTOPOINT,MULTICAST,NOARP> mtu 1500 qdisc noop state DOWN qlen 100\\    link/none 
2: eth0    inet 10.80.1.11/24 brd 10.80.1.255 scope global eth0
2: eth0    inet 10.80.1.100/32 scope global secondary eth0
3: tun0    inet 10.9.0.1 peer 10.9.0.2/32 scope global tun0
9: gone    inet 10.9.0.3/32 scope global gone
`;
    expect(read(lines)).to.deep.equal({
      state: 'present',
      value: [
        {
          name: 'eth0',
          index: 2,
          mtu: 9001,
          up: true,
          mac: '02:aa:00:00:00:01',
          addresses: ['10.80.1.11/24', '10.80.1.100/32'],
        },
        { name: 'tun0', index: 3, mtu: 1500, up: false, mac: '', addresses: ['10.9.0.1/32'] },
      ],
    });
  });

  it('other output is unknown, not a device', () => {
    expect(read('Device "eth9" does not exist.\n')).to.deep.include({ state: 'unknown' });
  });
});
