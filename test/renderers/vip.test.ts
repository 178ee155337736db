import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { keepalivedConf } from '../../renderers/keepalived-conf.ts';
import { vipPlaces } from '../../renderers/proxy-places.ts';
import { reveal } from '../../renderers/text.ts';
import { vipNotify } from '../../renderers/vip-notify.ts';
import { vipSettings } from '../../renderers/vip-settings.ts';

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
    // Else the higher of two masters that hear each other again would not learn that the other had the address.
    'higher_prio_send_advert true',
    'init_fail',
    'interface ens5',
    'advert_int 0.20',
    'unicast_src_ip 10.80.1.21',
    'unicast_fault_no_peer',
    '10.80.1.100/32 dev ens5',
    `notify_master_rx_lower_pri "${vipPlaces.notify} front RECLAIM" root`,
  ])
    it(`says ${line}`, () => expect(conf.split('\n').map((one) => one.trim())).to.include(line));
});

/** The notify script under a real shell, with an EC2 and an interface of paper. */
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

  /** curl: the instance's metadata, and `answer` for EC2. Arguments and standard input are kept apart. */
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

  it('writes the state down, and as master moves the address and sees it there', () => {
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

  it('leaves the address alone when the interface does not have it: another became master since', () => {
    onInterface(false);
    run('MASTER');
    expect(kept('arguments')).to.equal('');
    expect(kept('log')).to.include('no longer master');
  });

  it('leaves the address alone when a newer invocation wrote another state', () => {
    ec2('echo; echo 200', `echo "BACKUP 1 99999999999 1" >${join(folder, 'states/front')}`);
    run('MASTER');
    expect(kept('arguments')).not.to.include('AssignPrivateIpAddresses');
    expect(kept('log')).to.include('no longer master');
  });

  it('changes nothing when it is the older invocation', () => {
    writeFileSync(join(folder, 'states/front'), 'MASTER 1 99999999999 1\n');
    expect(run('BACKUP').status).to.equal(0);
    expect(kept('states/front')).to.equal('MASTER 1 99999999999 1\n');
  });

  it('tells after some tries that it failed, with the reason in words, and goes on trying', () => {
    ec2('echo "<Error><Code>UnauthorizedOperation</Code><Message>You are not</Message></Error>"; echo 403');
    masterFor(14);
    expect(run('MASTER').status).to.equal(0);
    expect(kept('states/front.move')).to.match(
      /^failed \d+ EC2 at http:\/\/ec2\/ refused: UnauthorizedOperation You are not\n$/,
    );
    expect(kept('arguments').match(/AssignPrivateIpAddresses/g)).to.have.lengthOf(14);
  });

  it('moves the address as soon as EC2 takes the order again, however long that is', () => {
    const refused = 'echo "<Error><Code>RequestLimitExceeded</Code><Message>slow</Message></Error>"; echo 503';
    ec2(`[ "$(wc -l <${join(folder, 'sleeps')})" -ge 15 ] && { echo; echo 200; } || { ${refused}; }`);
    masterFor(20);
    expect(run('MASTER').status).to.equal(0);
    expect(kept('states/front.move')).to.match(/^confirmed /);
  });

  it('takes the address back when an order of the former master came after its own, however late', () => {
    masterFor(9, `[ "$(wc -l <${join(folder, 'sleeps')})" != 7 ] || : >${join(folder, 'assigned')}`);
    expect(run('MASTER').status).to.equal(0);
    expect(kept('arguments').match(/AssignPrivateIpAddresses/g)).to.have.lengthOf(2);
    expect(kept('states/front.move')).to.match(/^confirmed /);
  });

  it('leaves the address alone while the metadata do not tell whose it is', () => {
    masterFor(6, `: >${join(folder, 'silent')}`);
    ec2('echo; echo 200', ':', `[ ! -e ${join(folder, 'silent')} ] || exit 7`);
    expect(run('MASTER').status).to.equal(0);
    expect(kept('arguments').match(/AssignPrivateIpAddresses/g)).to.have.lengthOf(1);
  });

  it('told again and again of a lower master, looks, moves nothing that is here, and stays master since when it was', () => {
    writeFileSync(join(folder, 'states/front'), 'MASTER 17 2 3\n');
    writeFileSync(join(folder, 'assigned'), '10.80.1.100\n');
    for (let time = 1; time <= 5; time += 1) expect(run('RECLAIM').status).to.equal(0);
    expect(kept('arguments')).not.to.include('AssignPrivateIpAddresses');
    expect(kept('states/front')).to.equal('MASTER 17 2 3\n');
  });

  it('told of a lower master that has the address by now, takes it back, and stays master since when it was', () => {
    writeFileSync(join(folder, 'states/front'), 'MASTER 17 2 3\n');
    masterFor(3, `cp ${join(folder, 'states/front')} ${join(folder, 'was')}`);
    expect(run('RECLAIM').status).to.equal(0);
    expect(kept('arguments').match(/AssignPrivateIpAddresses/g)).to.have.lengthOf(1);
    expect(kept('was')).to.match(/^MASTER 17 \d{2,} \d+\n$/);
  });

  it('told of a lower master while it takes the address back already, leaves that alone', () => {
    writeFileSync(join(folder, 'states/front'), 'MASTER 17 2 3\n');
    const other = spawnSync('flock', [join(folder, 'states/.front.reclaim'), 'sh', notify(), 'front', 'RECLAIM']);
    expect(other.status).to.equal(0);
    expect(kept('arguments')).to.equal('');
    expect(kept('states/front')).to.equal('MASTER 17 2 3\n');
  });

  it('with the aws command, looks once more whether it is master just before the order', () => {
    ec2('echo; echo 200');
    const curl = readFileSync(join(folder, 'bin/curl'), 'utf8').replace('echo --aws-sigv4', 'echo --none');
    const lost = `echo "BACKUP 1 99999999999 1" >${join(folder, 'states/front')}; printf token-1`;
    writeFileSync(join(folder, 'bin/curl'), curl.replace('printf token-1', lost));
    stub('aws', `echo "aws $*" >>${join(folder, 'arguments')}`);
    run('MASTER');
    expect(kept('arguments')).not.to.include('aws ');
  });

  it('tries again by hand on a master only', () => {
    writeFileSync(join(folder, 'states/front'), 'BACKUP 1 2 3\n');
    expect(run('RETRY').status).to.equal(1);
    writeFileSync(join(folder, 'states/front'), 'MASTER 1 2 3\n');
    expect(run('RETRY').status).to.equal(0);
    expect(kept('states/front')).to.equal('MASTER 1 2 3\n');
    expect(kept('states/front.move')).to.match(/^confirmed /);
  });
});
