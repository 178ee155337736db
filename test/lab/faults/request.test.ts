import { expect } from 'chai';
import { readRequest, requestText, UsageError } from '../../../lab/faults/request.ts';
import { FAULTS, faultList } from '../../../lab/faults/table.ts';
import { HOSTS } from '../../../lab/topology.ts';

describe('lab: arguments of lab fault', () => {
  it('are parsed, and shown again in the same form', () => {
    for (const words of [
      'cut redis-1 redis-2',
      'isolate proxy-1',
      'freeze-process redis-1 redis-server',
      'api-slow 1.5',
      'api-clock proxy-2 1200',
      'api-deny proxy-2 AssignPrivateIpAddresses',
      'api-throttle',
      'api-lossy CreateTags',
      'api-lossy 10',
      'api-lossy 10 RunInstances',
      'ec2-refuses RunInstances VcpuLimitExceeded',
      'ec2-refuses CreateVpc 502',
      'ec2-quota L-0263D0A3 0',
      'ec2-ends Client.InvalidKMSKey.InvalidState',
    ])
      expect(requestText(readRequest(words.split(' '), HOSTS)).join(' ')).to.equal(words);
  });

  const mistakes: readonly { readonly words: string; readonly error: string }[] = [
    { words: 'explode redis-1', error: 'there is no fault "explode"' },
    { words: 'toString', error: 'there is no fault "toString"' },
    { words: 'cut redis-1', error: 'PEER is missing: lab fault cut HOST PEER' },
    { words: 'isolate', error: 'HOST is missing: lab fault isolate HOST' },
    { words: 'isolate redis-1 redis-2', error: '"redis-2" is unexpected: lab fault isolate HOST' },
    { words: 'isolate redis-9', error: 'There is no host "redis-9"; there are proxy-1' },
    { words: 'freeze-process redis-1', error: 'PROCESS is missing: lab fault freeze-process HOST PROCESS' },
    { words: 'freeze-process redis-1 a|b', error: '"a|b" is not a command name' },
    { words: 'api-slow never', error: '"never" is not valid for SECONDS' },
    { words: 'api-lossy Assign', error: 'no action "Assign"; it has AllocateAddress, AssignPrivateIpAddresses' },
    { words: 'api-lossy 10 20', error: '"20" is unexpected: lab fault api-lossy [PERCENT] [ACTION]' },
    { words: 'ec2-quota L-1 4', error: 'no quota "L-1"; it has L-1216C47A (' },
    { words: 'ec2-quota L-1216C47A many', error: 'not valid for VALUE' },
    { words: 'ec2-refuses Launch Blocked', error: 'no action "Launch"' },
    { words: 'ec2-refuses RunInstances', error: 'CODE is missing: lab fault ec2-refuses ACTION CODE' },
    { words: 'ec2-ends a/b', error: '"a/b" is not a code' },
    { words: 'api-throttle most', error: '"most" is not valid for PERCENT' },
    { words: 'api-down now', error: '"now" is unexpected: lab fault api-down' },
    { words: 'cut redis-1 redis-1', error: 'two different hosts: lab fault cut HOST PEER' },
  ];
  for (const { words, error } of mistakes)
    it(`"${words}" is refused`, () => {
      expect(() => readRequest(words.split(' '), HOSTS)).to.throw(UsageError, error);
    });

  it('if missing, make the error list all faults with their arguments', () => {
    expect(() => readRequest([], HOSTS)).to.throw(UsageError, faultList());
    expect(faultList()).to.match(/^ {2}cut HOST PEER +\S/m);
  });

  it('every fault has one that reverts it, with the same arguments or none', () => {
    for (const { revertedBy, takes } of Object.values(FAULTS)) {
      if (revertedBy === undefined) continue;
      const opposite = FAULTS[revertedBy];
      expect(opposite?.revertedBy).to.equal(undefined);
      expect([takes.join(), '']).to.include(opposite?.takes.join());
    }
  });
});
