import { expect } from 'chai';
import { asset } from '../../../lab/paths.ts';
import { must, run } from '../../e2e/support/lab.ts';

const standIn = asset('image', 'rootfs', 'usr', 'local', 'sbin', 'ethtool');

/** Runs the stand-in with this driver, in a mount namespace where the real ethtool prints its arguments. */
async function answer(nic: string, ...words: readonly string[]): Promise<string> {
  const script = `mount -t tmpfs none /run && mkdir /run/lab && printf '%s' "$0" >/run/lab/nic-driver
printf '#!/bin/sh\\nprintf "<%%s>" "$@"\\n' >/run/ethtool && chmod 755 /run/ethtool && mount --bind /run/ethtool /usr/sbin/ethtool
exec sh "$@"`;
  return (await must(run(['unshare', '-m', 'sh', '-c', script, nic, standIn, ...words]))).out;
}

describe('lab: the ethtool stand-in', () => {
  it('is clean under shellcheck', async () => {
    expect((await run(['shellcheck', '-s', 'sh', standIn])).out).to.equal('');
  });

  it('answers for eth0 and br-phy as ethtool does', async () => {
    const lines = (await answer('ixgbevf\n', '-i', 'eth0')).split('\n');
    expect(lines.map((line) => line.split(':')[0])).to.deep.equal([
      ...['driver', 'version', 'firmware-version', 'expansion-rom-version', 'bus-info', 'supports-statistics'],
      ...['supports-test', 'supports-eeprom-access', 'supports-register-dump', 'supports-priv-flags', ''],
    ]);
    expect(lines[0]).to.equal('driver: ixgbevf');
    expect(await answer('vif\n', '-i', 'br-phy')).to.match(/^driver: vif\n(.*\n)*bus-info: vif-0\n/);
    expect(await answer('ena\n', '--driver', 'eth0')).to.match(/^driver: ena\n/);
  });

  it('passes everything else to ethtool unchanged', async () => {
    expect(await answer('vif\n', '-K', 'eth0', 'tx', 'off', 'a b')).to.equal('<-K><eth0><tx><off><a b>');
    expect(await answer('vif\n', '-i', 'tn100')).to.equal('<-i><tn100>');
    expect(await answer('', '-i', 'eth0')).to.equal('<-i><eth0>');
  });
});
