import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { keepalivedCheck } from '../../../renderers/keepalived/check.ts';
import { keepalivedConf } from '../../../renderers/keepalived/keepalived-conf.ts';
import { vipNotify } from '../../../renderers/keepalived/notify.ts';
import { vipSettings } from '../../../renderers/keepalived/settings.ts';
import { vipPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { reveal } from '../../../renderers/lib/text.ts';

describe('keepalived.conf', () => {
  const conf = reveal(
    keepalivedConf({
      host: 'proxy-1',
      pair: 'front',
      device: 'ens5',
      address: '10.80.1.21',
      peerAddress: '10.80.1.22',
      vip: '10.80.1.100',
      routerId: 51,
      advertIntervalMs: 200,
      priority: 110,
    }),
  );

  for (const line of [
    'router_id proxy-1',
    'vrrp_version 3',
    'enable_script_security',
    'vrrp_check_unicast_src',
    'state BACKUP',
    'nopreempt',
    // Otherwise, after a partition of two masters, the one with higher priority would not learn that the other had the address.
    'higher_prio_send_advert true',
    'init_fail',
    'interface ens5',
    'advert_int 0.20',
    'unicast_src_ip 10.80.1.21',
    'unicast_fault_no_peer',
    '10.80.1.100/32 dev ens5',
    `notify_master_rx_lower_pri "${vipPlaces.notify} front RECLAIM" root`,
  ])
    it(`contains ${line}`, () => expect(conf.split('\n').map((one) => one.trim())).to.include(line));
});

/** The notify script in a real shell, with a fake EC2 and a fake interface. */
describe('vip notify', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vip-notify-'));
    for (const name of ['bin', 'states']) mkdirSync(join(folder, name));
    const settings = {
      pair: 'front',
      vip: '10.80.1.100',
      device: 'ens5',
      networkInterfaceId: 'eni-1',
      region: 'lab-1',
      endpoint: 'http://ec2/',
    };
    writeFileSync(join(folder, 'settings'), reveal(vipSettings(settings)));
    stub('logger', `echo "logger $*" >>${join(folder, 'log')}`);
    masterFor(8);
    onInterface(true);
    ec2('echo; echo 200');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function stub(name: string, body: string): void {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }

  /** Time passes in sleeps only. After so many of them another host has become master; `then`: what happens at each. */
  function masterFor(sleeps: number, then = ':'): void {
    stub(
      'sleep',
      `echo "sleep $*" >>${join(folder, 'log')}
echo >>${join(folder, 'sleeps')}
${then}
[ "$(wc -l <${join(folder, 'sleeps')})" -lt ${sleeps} ] || echo "BACKUP 1 99999999999 1" >${join(folder, 'states/front')}`,
    );
  }

  const onInterface = (there: boolean) => stub('ip', there ? 'echo 10.80.1.100/32' : ':');

  /** curl: the instance metadata, and `answer` for EC2. Arguments and standard input are recorded separately. */
  function ec2(answer: string, meanwhile = ':', first = ':'): void {
    stub(
      'curl',
      `${first}
for last in "$@"; do :; done
[ "$1" != --help ] || { echo --aws-sigv4; exit; }
echo "$*" >>${join(folder, 'arguments')}
cat >>${join(folder, 'input')}
case $last in
  */api/token) printf token-1 ;;
  */security-credentials/) ${meanwhile}; printf role-1 ;;
  */role-1) echo '{ "AccessKeyId" : "AKIA1", "SecretAccessKey" : "se/cr+et=", "Token" : "session==" }' ;;
  */mac) printf 06:00 ;;
  */local-ipv4s) cat ${join(folder, 'assigned')} 2>/dev/null ;;
  http://ec2/) echo 10.80.1.100 >${join(folder, 'assigned')}; ${answer} ;;
esac`,
    );
  }

  function notify(): string {
    const script = reveal(vipNotify())
      .replaceAll(vipPlaces.states, join(folder, 'states'))
      .replaceAll(vipPlaces.settings, join(folder, 'settings'))
      .replace('PATH=/usr/local/sbin', `PATH=${join(folder, 'bin')}:/usr/local/sbin`);
    writeFileSync(join(folder, 'notify'), script);
    return join(folder, 'notify');
  }

  const run = (event: string) => spawnSync('sh', [notify(), 'front', event], { encoding: 'utf8', timeout: 10_000 });

  const kept = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');

  it('records the state, and as master moves the address and confirms the move', () => {
    masterFor(8, `cp ${join(folder, 'states/front')} ${join(folder, 'was')}`);
    expect(run('MASTER').status).to.equal(0);
    expect(kept('was')).to.match(/^MASTER \d+ \d+ \d+\n$/);
    expect(kept('states/front.move')).to.match(/^confirmed \d+ 10\.80\.1\.100 is on eni-1\n$/);
    expect(kept('arguments')).to.include('Action=AssignPrivateIpAddresses');
    expect(kept('arguments')).to.include('AllowReassignment=true&PrivateIpAddress.1=10.80.1.100 http://ec2/');
  });

  it('passes credentials on standard input only, and logs none', () => {
    run('MASTER');
    for (const secret of ['AKIA1', 'se/cr+et=', 'session==', 'token-1']) {
      expect(kept('input')).to.include(secret);
      expect(kept('arguments')).not.to.include(secret);
      expect(kept('log')).not.to.include(secret);
    }
  });

  it('does not move the address if the interface does not have it: another host became master', () => {
    onInterface(false);
    run('MASTER');
    expect(kept('arguments')).to.equal('');
    expect(kept('log')).to.include('no longer master');
  });

  it('does not move the address if a newer invocation recorded another state', () => {
    ec2('echo; echo 200', `echo "BACKUP 1 99999999999 1" >${join(folder, 'states/front')}`);
    run('MASTER');
    expect(kept('arguments')).not.to.include('AssignPrivateIpAddresses');
    expect(kept('log')).to.include('no longer master');
  });

  it('changes nothing if it is the older invocation', () => {
    writeFileSync(join(folder, 'states/front'), 'MASTER 1 99999999999 1\n');
    expect(run('BACKUP').status).to.equal(0);
    expect(kept('states/front')).to.equal('MASTER 1 99999999999 1\n');
  });

  it('reports a failure with its reason after some attempts, and keeps retrying', () => {
    ec2('echo "<Error><Code>UnauthorizedOperation</Code><Message>You are not</Message></Error>"; echo 403');
    masterFor(14);
    expect(run('MASTER').status).to.equal(0);
    expect(kept('states/front.move')).to.match(
      /^failed \d+ EC2 at http:\/\/ec2\/ refused: UnauthorizedOperation You are not\n$/,
    );
    expect(kept('arguments').match(/AssignPrivateIpAddresses/g)).to.have.lengthOf(14);
  });

  it('moves the address as soon as EC2 accepts the call again, however late', () => {
    const refused = 'echo "<Error><Code>RequestLimitExceeded</Code><Message>slow</Message></Error>"; echo 503';
    ec2(`[ "$(wc -l <${join(folder, 'sleeps')})" -ge 15 ] && { echo; echo 200; } || { ${refused}; }`);
    masterFor(20);
    expect(run('MASTER').status).to.equal(0);
    expect(kept('states/front.move')).to.match(/^confirmed /);
  });

  it('reclaims the address if a call of the former master takes effect after its own, however late', () => {
    masterFor(9, `[ "$(wc -l <${join(folder, 'sleeps')})" != 7 ] || : >${join(folder, 'assigned')}`);
    expect(run('MASTER').status).to.equal(0);
    expect(kept('arguments').match(/AssignPrivateIpAddresses/g)).to.have.lengthOf(2);
    expect(kept('states/front.move')).to.match(/^confirmed /);
  });

  it('does not move the address while the metadata service does not respond', () => {
    masterFor(6, `: >${join(folder, 'silent')}`);
    ec2('echo; echo 200', ':', `[ ! -e ${join(folder, 'silent')} ] || exit 7`);
    expect(run('MASTER').status).to.equal(0);
    expect(kept('arguments').match(/AssignPrivateIpAddresses/g)).to.have.lengthOf(1);
  });

  it('repeated RECLAIM events move nothing while the address is here, and keep the time of the state', () => {
    writeFileSync(join(folder, 'states/front'), 'MASTER 17 2 3\n');
    writeFileSync(join(folder, 'assigned'), '10.80.1.100\n');
    for (let time = 1; time <= 5; time += 1) expect(run('RECLAIM').status).to.equal(0);
    expect(kept('arguments')).not.to.include('AssignPrivateIpAddresses');
    expect(kept('states/front')).to.equal('MASTER 17 2 3\n');
  });

  it('a RECLAIM event reclaims the address, and keeps the time of the state', () => {
    writeFileSync(join(folder, 'states/front'), 'MASTER 17 2 3\n');
    masterFor(3, `cp ${join(folder, 'states/front')} ${join(folder, 'was')}`);
    expect(run('RECLAIM').status).to.equal(0);
    expect(kept('arguments').match(/AssignPrivateIpAddresses/g)).to.have.lengthOf(1);
    expect(kept('was')).to.match(/^MASTER 17 \d{2,} \d+\n$/);
  });

  it('a RECLAIM event does nothing while another one is being handled', () => {
    writeFileSync(join(folder, 'states/front'), 'MASTER 17 2 3\n');
    const other = spawnSync('flock', [join(folder, 'states/.front.reclaim'), 'sh', notify(), 'front', 'RECLAIM']);
    expect(other.status).to.equal(0);
    expect(kept('arguments')).to.equal('');
    expect(kept('states/front')).to.equal('MASTER 17 2 3\n');
  });

  it('with the aws command, checks again just before the call that it is master', () => {
    ec2('echo; echo 200');
    const curl = readFileSync(join(folder, 'bin/curl'), 'utf8').replace('echo --aws-sigv4', 'echo --none');
    const lost = `echo "BACKUP 1 99999999999 1" >${join(folder, 'states/front')}; printf token-1`;
    writeFileSync(join(folder, 'bin/curl'), curl.replace('printf token-1', lost));
    stub('aws', `echo "aws $*" >>${join(folder, 'arguments')}`);
    run('MASTER');
    expect(kept('arguments')).not.to.include('aws ');
  });

  it('a manual RETRY works on the master only', () => {
    writeFileSync(join(folder, 'states/front'), 'BACKUP 1 2 3\n');
    expect(run('RETRY').status).to.equal(1);
    writeFileSync(join(folder, 'states/front'), 'MASTER 1 2 3\n');
    expect(run('RETRY').status).to.equal(0);
    expect(kept('states/front')).to.equal('MASTER 1 2 3\n');
    expect(kept('states/front.move')).to.match(/^confirmed /);
  });
});

/** The check in a real shell, with a fake notify script and a fake interface. */
describe('vip check', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vip-check-'));
    for (const name of ['bin', 'takeovers']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'settings'), 'pair=front\nvip=10.80.1.100\ndevice=ens5\n');
    program('notify', `echo "$*" >>${join(folder, 'notified')}`);
    program('takeover', `echo "$*" >>${join(folder, 'checked')}`);
    program('bin/ip', 'echo 10.80.1.100/32');
    program('bin/socat', 'echo Pid: 1');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function program(name: string, body: string): void {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }

  interface Outcome {
    readonly status: number | null;
    readonly notified: string;
    readonly checked: string;
  }

  /** The exit code, and how the other scripts were called, once everything that was started has ended. */
  function check(record: string): Outcome {
    writeFileSync(join(folder, 'front'), `${record}\n`);
    const script = reveal(keepalivedCheck())
      .replaceAll(`${vipPlaces.states}/`, `${folder}/`)
      .replaceAll(vipPlaces.takeovers, join(folder, 'takeovers'))
      .replaceAll(vipPlaces.settings, join(folder, 'settings'))
      .replaceAll(vipPlaces.notify, join(folder, 'notify'))
      .replaceAll(vipPlaces.takeover, join(folder, 'takeover'));
    const PATH = `${join(folder, 'bin')}:${process.env['PATH']}`;
    // A pipe that everything inherits: this returns once all have ended.
    const stdio = ['ignore', 'pipe', 'pipe', 'pipe'] as const;
    const { status } = spawnSync('sh', ['-c', script], { env: { PATH }, stdio: [...stdio] });
    const calls = (name: string) => {
      const path = join(folder, name);
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    };
    return { status, notified: calls('notified'), checked: calls('checked') };
  }

  /** When this process began, as in field 22 of its stat. */
  const began = () =>
    readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')[19];

  it('starts the guard again whose process is gone, or is another one now', () => {
    expect(check('MASTER 17 5 4194304')).to.include({ status: 0, notified: 'front MASTER\n' });
    rmSync(join(folder, 'notified'));
    expect(check(`MASTER 17 5 ${process.pid}`)).to.include({ status: 0, notified: 'front MASTER\n' });
  });

  it('does not start a second one', () => {
    expect(check(`MASTER 17 ${began()} ${process.pid}`)).to.include({ status: 0, notified: '' });
  });

  it('starts none on a host that is not master, or does not have the address', () => {
    expect(check('BACKUP 17 5 4194304').notified).to.equal('');
    program('bin/ip', ':');
    expect(check('MASTER 17 5 4194304').notified).to.equal('');
  });

  it('fails while this host leaves the address to the other proxy, and starts the process again that ends it', () => {
    writeFileSync(join(folder, 'front.yield'), `split 1 ${began()} ${process.pid} because\n`);
    expect(check(`MASTER 17 ${began()} ${process.pid}`)).to.include({ status: 1, notified: '' });
    writeFileSync(join(folder, 'front.yield'), 'split 1 5 4194304 because\n');
    expect(check('FAULT 17 5 4194304')).to.include({ status: 1, notified: 'front YIELD\n' });
  });

  it('fails without an answer of HAProxy, whatever the guard does', () => {
    program('bin/socat', 'exit 1');
    expect(check('MASTER 17 5 4194304').status).to.equal(1);
    rmSync(join(folder, 'settings'));
    expect(check('MASTER 17 5 4194304').status).to.equal(1);
  });

  const uptime = () => Math.floor(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]));
  const dueAfter: readonly (readonly [string, string])[] = [
    ['never checked', ''],
    ['a minute ago', `${uptime() - 61} able -`],
    ['before the last boot', `${uptime() + 1000} able -`],
    ['seconds ago, and EC2 was not reached', `${uptime() - 11} api no answer`],
  ];
  for (const [name, recorded] of dueAfter)
    it(`starts the check of a takeover that is due: ${name}`, () => {
      if (recorded) writeFileSync(join(folder, 'takeovers/front'), `${recorded}\n`);
      expect(check('BACKUP 17 5 4194304').checked).to.equal('front\n');
      expect(check('MASTER 17 5 4194304').checked).to.equal('front\n');
    });

  it('does not start one that is not due', () => {
    writeFileSync(join(folder, 'takeovers/front'), `${uptime() - 11} permission UnauthorizedOperation\n`);
    expect(check('BACKUP 17 5 4194304').checked).to.equal('');
  });
});
