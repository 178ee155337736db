import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { keepalivedConf } from '../../../renderers/keepalived/keepalived-conf.ts';
import { vipNotify } from '../../../renderers/keepalived/notify.ts';
import { vipSettings } from '../../../renderers/keepalived/settings.ts';
import { vipPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { reveal } from '../../../renderers/lib/text.ts';

const vip = '10.80.1.100';

/** The notify script of two proxies at once, in real shells, with one fake EC2. No VRRP packet passes between them. */
describe('two proxies that do not hear each other', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vip-split-'));
    writeFileSync(join(folder, 'owner'), '');
    writeFileSync(join(folder, 'moves'), '');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const moves = () => readFileSync(join(folder, 'moves'), 'utf8').trim().split('\n').filter(Boolean);

  /** The proxy 10.80.1.2N, and the other one. It becomes master `when`; it ends once it has slept so often. */
  async function proxy(own: 1 | 2, when: string): Promise<void> {
    const peer = 3 - own;
    const home = join(folder, `proxy-${own}`);
    for (const name of ['bin', 'states']) mkdirSync(join(home, name), { recursive: true });
    const stub = (name: string, body: string) =>
      writeFileSync(join(home, 'bin', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    const host = { pair: 'front', vip, device: 'ens5' };
    const settings = { ...host, networkInterfaceId: `eni-${own}`, region: 'lab-1', endpoint: 'http://ec2/' };
    writeFileSync(join(home, 'settings'), reveal(vipSettings(settings)));
    const addresses = { address: `10.80.1.2${own}`, peerAddress: `10.80.1.2${peer}` };
    const conf = { ...host, ...addresses, host: `proxy-${own}`, routerId: 51, advertIntervalMs: 200, priority: 100 };
    writeFileSync(join(home, 'keepalived.conf'), reveal(keepalivedConf(conf)));
    stub('logger', ':');
    stub('timeout', 'shift; exec "$@"');
    stub('socat', 'case "$*" in *RECVFROM*) exit 1 ;; esac');
    stub('ip', `[ -e ${home}/yielded ] || echo ${vip}/32`);
    stub(
      'sleep',
      `echo >>${home}/sleeps
[ ! -e ${home}/states/front.yield ] || : >${home}/yielded
/bin/sleep 0.05
[ "$(wc -l <${home}/sleeps)" -lt 40 ] || { rm -f ${home}/states/front.yield; echo "BACKUP 1 99999999999 1" >${home}/states/front; }`,
    );
    stub(
      'curl',
      `[ "$1" != --help ] || { echo --aws-sigv4; exit; }
cat >/dev/null
case "$*" in
  */local-ipv4s) [ "$(cat ${folder}/owner)" != ${own} ] || echo ${vip} ;;
  *Action=DescribeInstances*) [ "$(cat ${folder}/owner)" != ${peer} ] || echo '<instanceId>'; echo; echo 200 ;;
  *Action=Assign*) echo ${own} >${folder}/owner; echo ${own} >>${folder}/moves; echo; echo 200 ;;
  *) echo x ;;
esac`,
    );
    const script = reveal(vipNotify())
      .replaceAll(vipPlaces.states, join(home, 'states'))
      .replaceAll(vipPlaces.settings, join(home, 'settings'))
      .replaceAll(vipPlaces.configuration, join(home, 'keepalived.conf'))
      .replace('PATH=/usr/local/sbin', `PATH=${join(home, 'bin')}:/usr/local/sbin`);
    writeFileSync(join(home, 'notify'), script);
    const child = spawn('sh', ['-c', `${when}; exec sh ${join(home, 'notify')} front MASTER`], { stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    expect(code).to.equal(0);
  }

  it('move the address three times at most, however their calls interleave, and then one keeps it', async () => {
    // The second one becomes master after the first one has the address.
    await Promise.all([proxy(1, ':'), proxy(2, `until [ -s ${folder}/moves ]; do /bin/sleep 0.02; done`)]);
    const [first, ...others] = moves();
    expect(first).to.equal('1');
    expect(others.length).to.be.within(1, 3);
  });
});
