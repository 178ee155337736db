import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { vipSettings } from '../../../renderers/keepalived/settings.ts';
import { takeoverCheck } from '../../../renderers/keepalived/takeover.ts';
import { vipPlaces } from '../../../renderers/lib/proxy-paths.ts';
import { reveal } from '../../../renderers/lib/text.ts';

const source = (folder: string) =>
  reveal(takeoverCheck())
    .replaceAll(vipPlaces.takeovers, join(folder, 'results'))
    .replaceAll(vipPlaces.settings, join(folder, 'settings'))
    .replace('PATH=/usr/local/sbin', `PATH=${join(folder, 'bin')}:/usr/local/sbin`);

/** The script in a real shell, with a metadata service and an EC2 that answer as given. */
describe('check-takeover', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vip-takeover-'));
    for (const name of ['bin', 'results']) mkdirSync(join(folder, name));
    const settings = { pair: 'front', vip: '10.80.1.100', device: 'ens5', region: 'lab-1', endpoint: 'http://ec2/' };
    writeFileSync(join(folder, 'settings'), reveal(vipSettings({ ...settings, networkInterfaceId: 'eni-1' })));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  interface Account {
    readonly metadata?: string;
    readonly role?: string;
    /** Of EC2: HTTP status, error code, and the time in its header as seconds from now. */
    readonly answer?: readonly [number, string];
    readonly seconds?: number;
    readonly ec2?: string;
    readonly signs?: boolean;
  }

  function program(name: string, body: string): void {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }

  const refused: readonly [number, string] = [400, 'InvalidParameterValue'];

  /** The recorded outcome and words. */
  function check({ metadata, role, answer = refused, seconds = 0, ec2, signs = true }: Account = {}): string {
    const [status, code] = answer;
    const head = `printf 'HTTP/1.1 ${status} X\\r\\nDate: %s\\r\\n\\r\\n' "$(LC_ALL=C date -u -d '${seconds} seconds' '+%a, %d %b %Y %T GMT')"`;
    const body = code ? `<Error><Code>${code}</Code><Message>of ${code}</Message></Error>` : '<return>true</return>';
    program(
      'curl',
      `for last in "$@"; do :; done
[ "$1" != --help ] || { echo ${signs ? '--aws-sigv4' : '--none'}; exit; }
echo "$*" >>${join(folder, 'arguments')}
cat >>${join(folder, 'input')}
case $last in
  */api/token) ${metadata ?? 'printf token-1'} ;;
  */local-ipv4) printf 10.80.1.22 ;;
  */security-credentials/) ${role ?? 'printf role-1'} ;;
  */role-1) echo '{ "AccessKeyId" : "AKIA1", "SecretAccessKey" : "se/cr+et=", "Token" : "session==" }' ;;
  http://ec2/) ${ec2 ?? (signs ? `${head}; echo '${body}'; echo ${status}` : head)} ;;
esac`,
    );
    program('aws', `echo "An error occurred (${code}) when calling the operation: no"; exit ${code ? 254 : 0}`);
    writeFileSync(join(folder, 'check'), source(folder));
    const { status: exit, stderr } = spawnSync('sh', [join(folder, 'check'), 'front'], { encoding: 'utf8' });
    expect(`${exit} ${stderr}`).to.equal('0 ');
    const [, uptime, ...rest] = kept('results/front')
      .trim()
      .split(/^(\d+) /);
    expect(Number(uptime)).to.be.greaterThan(0);
    return rest.join('');
  }

  const kept = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
  const ahead = /^clock 1(19|20)\d$/;

  const cases: readonly (readonly [string, Account, string | RegExp])[] = [
    ['EC2 refuses the address alone', {}, 'able -'],
    ['EC2 takes the address that is there already', { answer: [200, ''] }, 'able -'],
    [
      'the metadata service is not reached',
      { metadata: 'echo "curl: (28) timed out" >&2; exit 28' },
      'metadata the instance metadata service returned no token: curl: (28) timed out',
    ],
    ['no role', { role: 'echo 404; exit 22' }, 'credentials the instance has no IAM role: 404'],
    ['credentials that are empty', { role: 'printf role-2' }, 'credentials the credentials of role role-2 are empty'],
    [
      'EC2 is not reached',
      { ec2: 'printf "curl: (28) timed out\\n\\n000"; exit 28' },
      'api EC2 at http://ec2/ did not respond: curl: (28) timed out ',
    ],
    ['the clock is fast', { answer: [401, 'AuthFailure'], seconds: -1200 }, ahead],
    ['the clock is slow', { answer: [401, 'AuthFailure'], seconds: 1200 }, /^clock -1(19|20)\d$/],
    ['the clock is almost too fast', { seconds: -270 }, /^clock 2(69|7\d)$/],
    [
      'no permission',
      { answer: [403, 'UnauthorizedOperation'] },
      'permission UnauthorizedOperation of UnauthorizedOperation',
    ],
    ['credentials are refused', { answer: [401, 'AuthFailure'] }, 'refused AuthFailure of AuthFailure'],
    ['EC2 fails', { answer: [500, 'InternalError'] }, 'api EC2 at http://ec2/ answered with 500 InternalError'],
    [
      'another network interface',
      { answer: [400, 'InvalidNetworkInterfaceID.NotFound'] },
      'refused InvalidNetworkInterfaceID.NotFound of InvalidNetworkInterfaceID.NotFound',
    ],
    [
      'EC2 throttles',
      { answer: [503, 'RequestLimitExceeded'] },
      'api EC2 at http://ec2/ answered with 503 RequestLimitExceeded',
    ],
    ['with the aws command, EC2 refuses the address alone', { signs: false }, 'able -'],
    ['with the aws command, the clock is fast', { signs: false, answer: [401, 'AuthFailure'], seconds: -1200 }, ahead],
    [
      'with the aws command, no permission',
      { signs: false, answer: [403, 'UnauthorizedOperation'] },
      /^permission UnauthorizedOperation/,
    ],
    ['with the aws command, EC2 is not reached', { signs: false, ec2: 'echo "curl: (7) no" >&2; exit 7' }, /^api /],
  ];
  for (const [name, account, outcome] of cases)
    it(name, () => {
      const recorded = check(account);
      if (typeof outcome === 'string') expect(recorded).to.equal(outcome.trim());
      else expect(recorded).to.match(outcome);
    });

  it('asks for its own primary address, and never for one to be moved', () => {
    check();
    expect(kept('arguments')).to.include('NetworkInterfaceId=eni-1&PrivateIpAddress.1=10.80.1.22 http://ec2/');
    expect(kept('arguments')).not.to.match(/AllowReassignment|10\.80\.1\.100/);
  });

  it('passes credentials on standard input only, and records none', () => {
    check({ answer: [401, 'AuthFailure'] });
    for (const secret of ['AKIA1', 'se/cr+et=', 'session==', 'token-1']) {
      expect(kept('input')).to.include(secret);
      expect(kept('arguments')).not.to.include(secret);
      expect(kept('results/front')).not.to.include(secret);
    }
  });

  it('does nothing while another one runs, and waits for it', () => {
    writeFileSync(join(folder, 'check'), source(folder));
    program('flock', `echo "$*" >>${join(folder, 'locked')}; [ "$1" != -n ]`);
    program('curl', `echo "$*" >>${join(folder, 'arguments')}`);
    expect(spawnSync('sh', [join(folder, 'check'), 'front']).status).to.equal(0);
    expect(kept('locked')).to.equal('-n 8\n-w 8 8\n');
    expect(kept('results/front') + kept('arguments')).to.equal('');
  });

  it('is clean under shellcheck', () => {
    const { stdout } = spawnSync('shellcheck', ['-'], { input: reveal(takeoverCheck()), encoding: 'utf8' });
    expect(stdout).to.equal('');
  });
});
