import { expect } from 'chai';
import {
  fingerprint,
  knownHostsLine,
  parseKnownHosts,
  preferredAlgorithms,
  verifyHostKey,
} from '../../../../controller/adapters/host-keys/known-hosts.ts';
import { publicKey } from '../support/consoles.ts';

const ours = publicKey('ssh-ed25519', 'ours');
const other = publicKey('ssh-ed25519', 'other');
const rsa = publicKey('ssh-rsa', 'rsa');
const line = (hosts: string, blob: Buffer, type = 'ssh-ed25519') => `${hosts} ${type} ${blob.toString('base64')}`;
const check = (text: string, address = '10.0.0.1', port = 22, offered = ours) =>
  verifyHostKey(parseKnownHosts(text), address, port, offered).is;

describe('known_hosts', () => {
  const cases: readonly [string, string, string][] = [
    ['a plain address', line('10.0.0.1', ours), 'known'],
    ['one of a list', line('alpha,10.0.0.1,beta', ours), 'known'],
    ['a trailing comment', `${line('10.0.0.1', ours)} root@host`, 'known'],
    ['tabs, leading spaces, CRLF', `  10.0.0.1\tssh-ed25519\t${ours.toString('base64')}\r\n`, 'known'],
    ['a wildcard', line('10.0.*', ours), 'known'],
    ['a question mark', line('10.0.0.?', ours), 'known'],
    ['a question mark is one character', line('10.0.0.1?', ours), 'unknown'],
    ['a dot is a dot', line('10.0.0x1', ours), 'unknown'],
    ['negation spoils the line', line('10.0.*,!10.0.0.1', ours), 'unknown'],
    ['negation of another', line('10.0.*,!10.0.0.2', ours), 'known'],
    ['only a negation matches nothing', line('!10.0.0.2', ours), 'unknown'],
    ['another host', line('10.0.0.2', ours), 'unknown'],
    ['another key', line('10.0.0.1', other), 'changed'],
    ['another key of another type', line('10.0.0.1', rsa, 'ssh-rsa'), 'changed'],
    ['another key beside the right one', `${line('10.0.0.1', other)}\n${line('10.0.0.1', ours)}`, 'known'],
    ['revoked beside known', `${line('10.0.0.1', ours)}\n@revoked ${line('10.0.0.1', ours)}`, 'revoked'],
    ['revoked everywhere', `@revoked ${line('*', ours)}`, 'revoked'],
    ['another key revoked', `@revoked ${line('*', other)}\n${line('10.0.0.1', ours)}`, 'known'],
    ['a certificate authority is no key', `@cert-authority ${line('10.0.0.1', ours)}`, 'unknown'],
    ['an unknown marker', `@whatever ${line('10.0.0.1', ours)}`, 'unknown'],
    ['a comment', `# ${line('10.0.0.1', ours)}`, 'unknown'],
    ['type and key that disagree', line('10.0.0.1', ours, 'ssh-rsa'), 'unknown'],
    ['a line cut short', '10.0.0.1 ssh-ed25519', 'unknown'],
    ['the port', line('[10.0.0.1]:22', ours), 'unknown'],
    ['nothing', '', 'unknown'],
  ];
  for (const [what, text, is] of cases) it(`${what}: ${is}`, () => expect(check(text)).to.equal(is));

  it('a port other than 22 stands in the name', () => {
    expect(check(line('[10.0.0.1]:2222', ours), '10.0.0.1', 2222)).to.equal('known');
    expect(check(line('10.0.0.1', ours), '10.0.0.1', 2222)).to.equal('unknown');
  });

  it('names are compared without regard to case', () => {
    expect(check(line('FE80::1', ours), 'fe80::1')).to.equal('known');
  });

  it('offers first what is on file, RSA with SHA-2 only', () => {
    const known = parseKnownHosts(line('10.0.0.1', rsa, 'ssh-rsa'));
    expect(preferredAlgorithms(known, '10.0.0.1', 22).slice(0, 3)).to.eql([
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ssh-ed25519',
    ]);
    expect(preferredAlgorithms(known, '10.0.0.2', 22)[0]).to.equal('ssh-ed25519');
  });

  it('what it writes is what it reads', () => {
    const text = knownHostsLine('10.0.0.1', 2222, ours, 'a comment');
    expect(check(text, '10.0.0.1', 2222)).to.equal('known');
    expect(parseKnownHosts(text)[0]?.comment).to.equal('a comment');
    expect(knownHostsLine('10.0.0.1', 22, ours)).to.equal(`${line('10.0.0.1', ours)}\n`);
    expect(fingerprint(ours)).to.match(/^SHA256:[A-Za-z0-9+/]{43}$/);
  });

  it('is not brought to its knees by a hostile pattern', () => {
    const started = performance.now();
    expect(check(line(`${'*a'.repeat(200)}b`, ours), 'a'.repeat(2000))).to.equal('unknown');
    expect(performance.now() - started).to.be.below(1000);
  });
});
