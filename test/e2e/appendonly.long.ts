import { expect } from 'chai';
import { editTenant } from './support/account.ts';
import { labFor, must } from './support/lab.ts';
import { onHostOf } from './support/members.ts';
import { heal, hostOf, redisCli } from './support/tenants.ts';

const members = ['r1', 'r2', 'r3'] as const;

describe('appendonly is switched, and every member is started again from what is on its disk', function () {
  this.timeout(900_000);
  const lab = labFor('test-appendonly', 'lxc', heal);
  const declare = (from: string, to: string) =>
    editTenant(lab(), 'acme', `    maxmemory: 128Mi${from}`, `    maxmemory: 128Mi${to}`);

  /** All at once, so that none can get the data from another one that kept running. */
  const restartAll = () =>
    Promise.all(
      members.map((member) =>
        onHostOf(lab(), member, lab().containers.inside(`acme-${member}`, 'pkill -TERM -x redis-server || :')),
      ),
    );

  const onDisk = async (member: string) =>
    (await must(lab().host(hostOf(member), lab().containers.inside(`acme-${member}`, 'ls /var/lib/redis')))).out;

  for (const [what, from, to, kept] of [
    ['off', '', '\n    appendonly: false', 'no'],
    ['on', '\n    appendonly: false', '', 'yes'],
  ] as const)
    it(`${what}: no key is lost`, async () => {
      expect(await redisCli(lab(), 'acme', 'SET', `before-${what}`, 'kept')).to.equal('OK');
      declare(from, to);
      await heal(lab());
      expect(await redisCli(lab(), 'acme', 'SET', `after-${what}`, 'kept')).to.equal('OK');
      expect(await redisCli(lab(), 'acme', 'CONFIG', 'GET', 'appendonly')).to.contain(kept);
      if (kept === 'yes')
        for (const member of members) expect(await onDisk(member), member).to.contain('appendonlydir');
      await restartAll();
      await heal(lab());
      for (const key of ['before-off', 'after-off', ...(what === 'on' ? ['before-on', 'after-on'] : [])])
        expect(await redisCli(lab(), 'acme', 'GET', key), key).to.equal('kept');
      expect(await redisCli(lab(), 'acme', 'CONFIG', 'GET', 'appendonly')).to.contain(kept);
    });
});
