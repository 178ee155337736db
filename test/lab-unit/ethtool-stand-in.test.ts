import { expect } from 'chai';
import { asset } from '../../lab/paths.ts';
import { must, run } from '../lab/support/lab.ts';

const standIn = asset('image', 'rootfs', 'usr', 'local', 'sbin', 'ethtool');

/** On a host with that card, in a mount namespace where ethtool itself says only what it was handed. */
async function asked(card: string, ...words: readonly string[]): Promise<string> {
  const script = `mount -t tmpfs none /run && mkdir /run/lab && printf '%s' "$0" >/run/lab/nic-driver
printf '#!/bin/sh\\nprintf "<%%s>" "$@"\\n' >/run/ethtool && chmod 755 /run/ethtool && mount --bind /run/ethtool /usr/sbin/ethtool
exec sh "$@"`;
  return (await must(run(['unshare', '-m', 'sh', '-c', script, card, standIn, ...words]))).out;
}

describe('lab: the stand-in for the driver of a network card', () => {
  it('is clean under shellcheck', async () => {
    expect((await run(['shellcheck', '-s', 'sh', standIn])).out).to.equal('');
  });

  it('answers for eth0 and br-phy as ethtool does', async () => {
    const lines = (await asked('ixgbevf\n', '-i', 'eth0')).split('\n');
    expect(lines.map((line) => line.split(':')[0])).to.deep.equal([
      ...['driver', 'version', 'firmware-version', 'expansion-rom-version', 'bus-info', 'supports-statistics'],
      ...['supports-test', 'supports-eeprom-access', 'supports-register-dump', 'supports-priv-flags', ''],
    ]);
    expect(lines[0]).to.equal('driver: ixgbevf');
    expect(await asked('vif\n', '-i', 'br-phy')).to.match(/^driver: vif\n(.*\n)*bus-info: vif-0\n/);
    expect(await asked('ena\n', '--driver', 'eth0')).to.match(/^driver: ena\n/);
  });

  it('hands everything else to ethtool, word for word', async () => {
    expect(await asked('vif\n', '-K', 'eth0', 'tx', 'off', 'a b')).to.equal('<-K><eth0><tx><off><a b>');
    expect(await asked('vif\n', '-i', 'tn100')).to.equal('<-i><tn100>');
    expect(await asked('', '-i', 'eth0')).to.equal('<-i><eth0>');
  });
});
