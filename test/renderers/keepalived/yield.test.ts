import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { keepalivedConf } from '../../../renderers/keepalived/keepalived-conf.ts';
import { vipNotify } from '../../../renderers/keepalived/notify.ts';
import { vipSettings } from '../../../renderers/keepalived/settings.ts';
import { haproxyPlaces, vipPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { reveal } from '../../../renderers/lib/text.ts';

/** The packet of a VRRP master with this router ID and priority, as `printf` writes it. */
const advertisement = (router: number, priority: number) =>
  `printf '\\061\\${router.toString(8)}\\${priority.toString(8)}'`;

/** The notify script in a real shell, with a fake EC2, a fake interface, and a fake network to the other proxy. */
describe('vip notify: a master that yields', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vip-yield-'));
    for (const name of ['bin', 'states', 'loaded']) mkdirSync(join(folder, name));
    const host = { pair: 'front', vip: '10.80.1.100', device: 'ens5' };
    const conf = { ...host, host: 'proxy-1', address: '10.80.1.21', peerAddress: '10.80.1.22', routerId: 51 };
    write(
      'settings',
      reveal(vipSettings({ ...host, networkInterfaceId: 'eni-1', region: 'lab-1', endpoint: 'http://ec2/' })),
    );
    write('keepalived.conf', reveal(keepalivedConf({ ...conf, advertIntervalMs: 200, priority: 110 })));
    write('loaded/tenant-t1.cfg', '  bind 10.80.1.100:6379 transparent\n');
    stub('logger', `echo "$*" >>${folder}/log`);
    stub('timeout', 'shift; exec "$@"');
    stub('ip', `[ -e ${folder}/yielded ] || echo 10.80.1.100/32`);
    afterSleeps(60, ':');
    network({});
    ec2(accepted());
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const kept = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
  const moves = () => kept('calls').match(/Action=AssignPrivateIpAddresses/g)?.length ?? 0;

  function stub(name: string, body: string): void {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }

  /** Time passes in sleeps only. `then` happens at each; after so many, the script is stopped. */
  function afterSleeps(most: number, then: string): void {
    stub(
      'sleep',
      `echo >>${folder}/sleeps
count=$(wc -l <${folder}/sleeps)
# keepalived's check has failed: it is in FAULT, without the address.
[ ! -e ${folder}/states/front.yield ] || : >${folder}/yielded
${then}
[ "$count" -lt ${most} ] || { rm -f ${folder}/states/front.yield; echo "BACKUP 1 99999999999 1" >${folder}/states/front; }`,
    );
  }

  const taken = () => `: >${folder}/assigned`;
  const none = 'echo; echo 200';
  const accepted = () => `echo 10.80.1.100 >${folder}/assigned; ${none}`;
  const refused = 'echo "<Error><Code>PrivateIpAddressLimitExceeded</Code><Message>full</Message></Error>"; echo 400';
  const running = 'echo "<instanceId>i-2</instanceId>"; echo 200';

  /** curl: the instance metadata; `assign` is EC2's answer to a move, `describe` to whether the other proxy keeps the address. */
  function ec2(assign: string, describe = running): void {
    stub(
      'curl',
      `for last in "$@"; do :; done
[ "$1" != --help ] || { echo --aws-sigv4; exit; }
echo "$*" >>${folder}/calls
cat >/dev/null
case "$*" in
  */api/token) printf token-1 ;;
  */security-credentials/) printf role-1 ;;
  */role-1) echo '{ "AccessKeyId" : "A", "SecretAccessKey" : "B", "Token" : "C" }' ;;
  */mac) printf 06:00 ;;
  */vpc-id) printf vpc-1 ;;
  */local-ipv4s) cat ${folder}/assigned 2>/dev/null ;;
  *Action=DescribeInstances*) ${describe} ;;
  *Action=Assign*) ${assign} ;;
esac`,
    );
  }

  /** socat: VRRP packets of the other proxy, and whether the virtual address and its own one accept a connection. */
  function network({ vrrp = ':', vip = silent, peer = silent }: { vrrp?: string; vip?: string; peer?: string }): void {
    stub(
      'socat',
      `case "$*" in *RECVFROM*) ${vrrp} ;; *10.80.1.100:6379*) ${vip} ;; *10.80.1.22:6379*) ${peer} ;; esac`,
    );
  }
  const silent = 'echo "socat: Connection timed out" >&2; exit 1';
  const refuses = 'echo "socat: Connection refused" >&2; exit 1';
  const answers = ':';

  function run(event: string): void {
    const script = reveal(vipNotify())
      .replaceAll(vipPlaces.states, join(folder, 'states'))
      .replaceAll(vipPlaces.settings, join(folder, 'settings'))
      .replaceAll(vipPlaces.configuration, join(folder, 'keepalived.conf'))
      .replaceAll(haproxyPlaces.loaded, join(folder, 'loaded'))
      .replace('PATH=/usr/local/sbin', `PATH=${join(folder, 'bin')}:/usr/local/sbin`);
    write('notify', script);
    const { status, stderr } = spawnSync('sh', [join(folder, 'notify'), 'front', event], {
      encoding: 'utf8',
      timeout: 15_000,
    });
    expect(status, stderr).to.equal(0);
  }

  it('takes an address back once that the other proxy takes again and again, and then leaves it alone', () => {
    network({ vip: answers });
    afterSleeps(15, `${taken()}; cp ${folder}/states/front.yield ${folder}/recorded 2>/dev/null`);
    run('MASTER');
    // Its own one, and one retake.
    expect(moves()).to.equal(2);
    expect(kept('recorded')).to.match(/^split \d+ \d+ \d+ 10\.80\.1\.100 was taken by the other proxy/);
  });

  const ends: readonly (readonly [string, Parameters<typeof network>[0], string, string])[] = [
    ['hears the other one again', { vrrp: advertisement(51, 100), vip: answers }, running, 'the other proxy is heard'],
    [
      'sees that the host of the other one lives and does not serve it',
      { peer: refuses },
      running,
      'does not serve it',
    ],
    ['hears from EC2 that the other one does not run', {}, none, 'does not serve it'],
  ];
  for (const [name, reachable, describe, words] of ends)
    it(`may take it again as soon as it ${name}`, () => {
      write('states/front.yield', 'split 1 1 1 because\n');
      network(reachable);
      ec2(accepted(), describe);
      afterSleeps(8, ':');
      run('YIELD');
      expect(kept('log')).to.include(words);
      expect(kept('states/front.yield')).to.equal('');
      expect(moves()).to.equal(0);
    });

  it('hears neither another router nor a farewell', () => {
    write('states/front.yield', 'split 1 1 1 because\n');
    for (const packet of [advertisement(52, 100), advertisement(51, 0)]) {
      network({ vrrp: packet, vip: answers });
      afterSleeps(6, ':');
      rmSync(join(folder, 'sleeps'), { force: true });
      run('YIELD');
    }
    expect(kept('log')).not.to.include('heard');
  });

  it('waits longer for one that it cannot reach at all and that EC2 shows running, and twice as long the next time', () => {
    write('states/front.yield', 'split 1 1 1 because\n');
    run('YIELD');
    expect(kept('log')).to.include('does not serve it');
    expect(kept('sleeps')).to.have.lengthOf(30);
    expect(kept('states/front.times')).to.equal('1\n');
    expect(moves()).to.equal(0);
  });

  it('does not yield to an interface that is not of the other proxy', () => {
    network({ vip: answers });
    ec2(accepted(), none);
    afterSleeps(8, taken());
    run('MASTER');
    expect(moves()).to.be.greaterThan(3);
    expect(kept('log')).not.to.include('leaving 10');
  });

  it('offers an address that it cannot move to the other proxy, if that one lives; and goes on if nobody takes it', () => {
    ec2(refused);
    network({ peer: refuses });
    afterSleeps(40, `cp ${folder}/states/front.yield ${folder}/recorded 2>/dev/null`);
    run('MASTER');
    expect(kept('recorded')).to.match(/^move \d+ .*PrivateIpAddressLimitExceeded full$/m);
    expect(kept('states/front.move')).to.match(/^failed .*PrivateIpAddressLimitExceeded full\n$/);
    expect(moves()).to.equal(4);
  });

  it('offers nothing while the other proxy cannot be reached: it tries on', () => {
    ec2(refused);
    afterSleeps(12, ':');
    run('MASTER');
    expect(moves()).to.equal(12);
    expect(kept('log')).not.to.include('leaving 10');
  });

  it('forgets its retake when the other one falls silent after a packet, and not while that one sends', () => {
    write('states/front', 'MASTER 17 2 3\n');
    write('assigned', `10.80.1.100\n`);
    write('states/front.retaken', '1\n');
    network({ vrrp: advertisement(51, 100) });
    run('RECLAIM');
    expect(existsSync(join(folder, 'states/front.retaken'))).to.equal(true);
    network({});
    run('RECLAIM');
    expect(existsSync(join(folder, 'states/front.retaken'))).to.equal(false);
    expect(moves()).to.equal(0);
  });

  it('forgets its retake when it becomes backup: the two hear each other', () => {
    write('states/front.retaken', '1\n');
    write('states/front.times', '3\n');
    run('BACKUP');
    expect(['retaken', 'times'].map((name) => existsSync(join(folder, `states/front.${name}`)))).to.eql([false, false]);
  });
});
