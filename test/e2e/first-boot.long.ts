import { expect } from 'chai';
import { awsExample, laptopOf } from './support/aws-example.ts';
import { bootLab, type Lab, must } from './support/lab.ts';

/**
 * examples/aws on hosts that boot as an image of Debian does on EC2: sshd answers before cloud-init has made the login user, and is restarted;
 * root may not log in; cloud-init, and then unattended-upgrades, hold the locks of the package manager; and the clock is
 * not synchronized for a minute.
 */
describe('a first boot with cloud-init', function () {
  this.timeout(1_800_000);
  let lab: Lab;
  let documents = '';
  const { reconcile } = laptopOf(() => lab);
  before(async () => {
    lab = await bootLab('test-cloud', 'lxc', '--empty');
    documents = awsExample(lab, [['ami-0123456789abcdef0', 'ami-000000000000cb012']], ['user: admin']);
  });
  after(() => lab?.down());

  it('is waited for, by condition: no step fails', async () => {
    const { out } = await must(reconcile('apply', '-f', documents, '--timeout', '20m'));
    expect(out).not.to.contain('FAILED');
    expect(out).to.match(/cloud-init prepares/);
    expect(out).to.match(/unattended-upgr .* works on the packages/);
    expect(out).to.match(/systemd-timesyncd\.service has not reached its time servers/);
  });

  it('is over: a second apply does nothing, and root is refused still', async () => {
    expect((await must(reconcile('apply', '-f', documents))).out).to.match(/aws: in order \(0 steps done/);
    const keys = await must(lab.host('redis-1', 'cat /root/.ssh/authorized_keys'));
    expect(keys.out).to.contain('Please login as the user');
  });
});
