import { expect } from 'chai';
import { keysOnConsole } from '../../../../controller/adapters/host-keys/console-keys.ts';
import { keyTypeOf } from '../../../../controller/adapters/host-keys/known-hosts.ts';
import { cloudInit, publicKey } from '../support/consoles.ts';

const [first, second, third] = [
  publicKey('ssh-ed25519', 'first'),
  publicKey('ecdsa-sha2-nistp256', 'second'),
  publicKey('ssh-rsa', 'third'),
];
const line = (key: Buffer, comment = ' root@ip-10-0-0-1') => `${keyTypeOf(key)} ${key.toString('base64')}${comment}`;
const block = (...lines: string[]) =>
  `-----BEGIN SSH HOST KEY KEYS-----\r\n${lines.map((one) => `${one}\r\n`).join('')}-----END SSH HOST KEY KEYS-----\r\n`;

describe('keys on a console', () => {
  const cases: readonly (readonly [why: string, text: string, keys: readonly Buffer[]])[] = [
    ['nothing yet', '', []],
    ['a console whose boot is not over', '[    0.000000] Linux version 6.1.0\r\nDebian GNU/Linux 12 ttyS0\r\n', []],
    [
      'what cloud-init leaves, with its prompts and fingerprints',
      cloudInit([first, second, third]),
      [first, second, third],
    ],
    ['lines without carriage returns', cloudInit([first]).replaceAll('\r', ''), [first]],
    ['a key without a comment', block(line(first, '')), [first]],
    ['several boots: the last', cloudInit([first]) + cloudInit([second]), [second]],
    [
      'several boots, the last one cut',
      cloudInit([first]) + cloudInit([second]).split('-----END SSH HOST KEY K')[0],
      [first],
    ],
    ['a block that lost its beginning', `${line(first)}\r\n-----END SSH HOST KEY KEYS-----\r\n`, []],
    ['a block that lost its end', cloudInit([first]).split('-----END SSH HOST KEY KEYS')[0] ?? '', []],
    ['a block that was begun twice', block(line(first), '-----BEGIN SSH HOST KEY KEYS-----', line(second)), [second]],
    ['a last block that is empty: not an earlier one', block(line(first)) + block(), []],
    ['what the kernel prints meanwhile', block('[   31.4] eth0: link up', line(first), '[  OK  ] Started x.'), [first]],
    [
      'a key with a message in its middle',
      block(line(first).replace('AAAA', 'AA[ 31.4] up\r\nAA'), line(second)),
      [second],
    ],
    ['a key cut short', block(`ssh-ed25519 ${first.subarray(0, -3).toString('base64')}`, line(second)), [second]],
    [
      'a key with more behind it',
      block(`ssh-ed25519 ${Buffer.concat([first, Buffer.from('xyz')]).toString('base64')}`),
      [],
    ],
    ['a type and a key that disagree', block(`ssh-rsa ${first.toString('base64')}`), []],
    ['base64 with something in it', block(line(first).replace('AAAA', 'AAAA-')), []],
    ['a type of the past', block(line(publicKey('ssh-dss', 'old')), line(first)), [first]],
    ['a log that quotes the markers', `sshd: invalid user ${block(line(second))}`, []],
    ['a log that quotes them all on one line', `login: ${block(line(second)).replaceAll('\r\n', ' ')}\r\n`, []],
  ];
  for (const [why, text, keys] of cases)
    it(`${why}: ${keys.length}`, () => {
      expect(keysOnConsole(text).map((key) => key.toString('latin1'))).to.deep.equal(
        keys.map((key) => key.toString('latin1')),
      );
    });

  it('is not slow with a console full of beginnings', () => {
    const started = performance.now();
    expect(keysOnConsole('-----BEGIN SSH HOST KEY KEYS-----\r\n'.repeat(2000))).to.deep.equal([]);
    expect(performance.now() - started).to.be.below(500);
  });
});
