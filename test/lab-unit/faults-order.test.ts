import { expect } from 'chai';
import { orderWords, readOrder, UsageError } from '../../lab/faults/order.ts';
import { FAULTS, faultList } from '../../lab/faults/table.ts';
import { HOSTS } from '../../lab/topology.ts';

describe('lab: the words of a fault', () => {
  it('are understood, and shown again as they were said', () => {
    for (const words of [
      'cut redis-1 redis-2',
      'isolate proxy-1',
      'freeze-process redis-1 redis-server',
      'api-slow 1.5',
      'api-throttle',
      'api-lossy CreateTags',
      'api-lossy 10',
      'api-lossy 10 RunInstances',
    ])
      expect(orderWords(readOrder(words.split(' '), HOSTS)).join(' ')).to.equal(words);
  });

  const mistakes: readonly { readonly said: string; readonly told: string }[] = [
    { said: 'explode redis-1', told: 'There is no fault "explode".' },
    { said: 'toString', told: 'There is no fault "toString".' },
    { said: 'cut redis-1', told: 'PEER is missing: lab fault cut HOST PEER' },
    { said: 'isolate', told: 'HOST is missing: lab fault isolate HOST' },
    { said: 'isolate redis-1 redis-2', told: '"redis-2" is too much: lab fault isolate HOST' },
    { said: 'isolate redis-9', told: 'There is no host "redis-9"; there are proxy-1' },
    { said: 'freeze-process redis-1', told: 'PROCESS is missing: lab fault freeze-process HOST PROCESS' },
    { said: 'freeze-process redis-1 a|b', told: '"a|b" is not the name of a command' },
    { said: 'api-slow never', told: '"never" cannot be SECONDS' },
    { said: 'api-lossy Assign', told: 'no action "Assign"; it has AssignPrivateIpAddresses' },
    { said: 'api-lossy 10 20', told: '"20" is too much: lab fault api-lossy [PERCENT] [ACTION]' },
    { said: 'api-throttle most', told: '"most" cannot be PERCENT' },
    { said: 'api-down now', told: '"now" is too much: lab fault api-down' },
    { said: 'cut redis-1 redis-1', told: 'two different hosts: lab fault cut HOST PEER' },
  ];
  for (const { said, told } of mistakes)
    it(`"${said}" is refused`, () => {
      expect(() => readOrder(said.split(' '), HOSTS)).to.throw(UsageError, told);
    });

  it('are listed, each with what it takes, when there are none', () => {
    expect(() => readOrder([], HOSTS)).to.throw(UsageError, faultList());
    expect(faultList()).to.match(/^ {2}cut HOST PEER +\S/m);
  });

  it('that break have words that mend, told the same or nothing', () => {
    for (const { mendedBy, takes } of Object.values(FAULTS)) {
      if (mendedBy === undefined) continue;
      const mend = FAULTS[mendedBy];
      expect(mend?.mendedBy).to.equal(undefined);
      expect([takes.join(), '']).to.include(mend?.takes.join());
    }
  });
});
