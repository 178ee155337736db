import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { bootOf, must, printedSoon, run, until } from './support/lab.ts';

const program = resolve(import.meta.dirname, '../../dist/controller/main.js');
const lab = (...words: string[]) => run([process.execPath, program, 'lab', ...words]);
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'ec2-redis-operator');
/** Kinds of namespaces. */
const kinds = ['pid', 'ipc', 'uts'] as const;

interface Record {
  readonly pid: number;
  readonly groups: readonly string[];
}

describe('the lab', function () {
  this.timeout(180_000);

  const loop = '/dev/loop117';
  const atBoot = servicesAtBoot();

  after(async () => {
    for (const name of ['life-a', 'life-b']) await lab('down', '--name', name);
  });

  it('starts, is not changed by a second up, and runs beside a second one', async () => {
    await must(lab('up', '--name', 'life-a'));
    const first = recordOf('life-a');
    const again = await must(lab('up', '--name', 'life-a'));
    expect(again.out).to.match(/is up/);
    expect(recordOf('life-a').pid).to.equal(first.pid);
    await must(lab('up', '--name', 'life-b'));
    await must(lab('exec', '--name', 'life-a', 'redis-1', '--', 'touch', '/root/only-in-a'));
    expect((await lab('exec', '--name', 'life-b', 'redis-1', '--', 'test', '-e', '/root/only-in-a')).code).to.equal(1);
  });

  it('relays the input, output and exit code of a command', async () => {
    const words = ['sh', '-c', 'cat; echo "$1" "two words"; echo oops >&2; exit 7', 'sh', "it's"];
    for (const place of [
      ['exec', '--name', 'life-a', 'proxy-1', '--'],
      ['run', '--name', 'life-a', '--'],
    ]) {
      const { code, out, err } = await run([process.execPath, program, 'lab', ...place, ...words], 'input\n');
      expect({ code, out, err }).to.deep.equal({ code: 7, out: "input\nit's two words\n", err: 'oops\n' });
    }
  });

  it('gives a command the AWS settings of the lab, and none of the caller', async () => {
    const env = {
      ...process.env,
      AWS_PROFILE: 'work',
      AWS_SESSION_TOKEN: 'real',
      AWS_ENDPOINT_URL: 'https://elsewhere',
    };
    const words = [program, 'lab', 'run', '--name', 'life-a', '--', 'env'];
    const out = execFileSync(process.execPath, words, { env, encoding: 'utf8' });
    const names = out.split('\n').flatMap((line) => /^(AWS_\w+)=/.exec(line)?.[1] ?? []);
    const secrets = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
    const endpoints = ['AWS_ENDPOINT_URL_EC2', 'AWS_ENDPOINT_URL_SERVICE_QUOTAS'];
    expect(names).to.have.members([...secrets, 'AWS_REGION', 'AWS_DEFAULT_REGION', ...endpoints]);
  });

  it('passes a signal on once, whether it was sent to one process or, as a terminal does, to the process group', async () => {
    const script =
      'trap \'n=$((n+1)); echo "got $n"\' INT; echo ready; for i in 1 2 3 4 5; do sleep 0.1; done; echo "in all $n"; exit 9';
    for (const sign of [1, -1]) {
      const words = [program, 'lab', 'run', '--name', 'life-a', '--', 'sh', '-c', script];
      const child = spawn(process.execPath, words, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('ready')) process.kill(sign * (child.pid ?? 0), 'SIGINT');
        out += text;
      });
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect({ sign, code, out }).to.deep.equal({ sign, code: 9, out: 'ready\ngot 1\nin all 1\n' });
    }
  });

  it('gives the machine no address in it, and no route to it', async () => {
    const ours = async (...place: string[]) => {
      const { out } = await must(run([...place, 'sh', '-c', 'ip -4 address show; ip -4 route show table all']));
      return out.includes('10.80.');
    };
    expect(await ours()).to.equal(false);
    expect(await ours(process.execPath, program, 'lab', 'run', '--name', 'life-a', '--')).to.equal(true);
  });

  it('is replaced if its processes were killed', async () => {
    const { pid } = recordOf('life-b');
    process.kill(pid, 'SIGKILL');
    expect((await lab('status', '--name', 'life-b')).code).not.to.equal(0);
    await must(lab('up', '--name', 'life-b'));
    expect(recordOf('life-b').pid).not.to.equal(pid);
    expect((await lab('status', '--name', 'life-b')).code).to.equal(0);
  });

  it('stops, starts and reboots a host by EC2 calls', async function () {
    this.timeout(400_000);
    const ec2 = async (order: string) =>
      (
        await must(
          lab('run', '--name', 'life-b', '--', process.execPath, 'test/e2e/support/power.mjs', order, 'redis-2'),
        )
      ).out;
    const begun = () => printedSoon(lab('exec', '--name', 'life-b', 'redis-2', '--', 'sh', '-c', bootOf));
    const first = await begun();
    expect(first).to.match(/^\d+$/);
    expect(await ec2('Stop')).to.be.oneOf(['stopping', 'stopped']);
    await until(
      'the instance to be stopped',
      () => ec2('Describe'),
      (state) => state === 'stopped',
    );
    expect(await begun()).to.equal('');
    await ec2('Start');
    const second = await until('the host to be up', begun, (word) => word !== '');
    expect(second).not.to.equal(first);
    // A host answers before EC2 counts it as running, and only a running one is rebooted.
    await until(
      'the instance to be running',
      () => ec2('Describe'),
      (state) => state === 'running',
    );
    expect(await ec2('Reboot')).to.equal('running');
    const third = await until('the host to be up again', begun, (word) => word !== '' && word !== second);
    expect(third).not.to.equal(first);
  });

  it('leaves no process, group, mount, namespace or file when it goes down', async () => {
    const record = recordOf('life-a');
    const inhabitants = descendants(record.pid);
    const outside = new Set(namespaces(process.pid));
    const inside = new Set(inhabitants.flatMap((pid) => namespaces(pid)).filter((one) => !outside.has(one)));
    // Five hosts with an init each, in their own namespaces.
    expect(inhabitants).to.have.length.greaterThan(25);
    expect(inside).to.have.property('size').greaterThan(15);
    const held = inhabitants.flatMap((pid) => holdNamespaces(pid));
    const bound = `cd /root && truncate -s 1M disk && mkfs.ext4 -q disk && losetup ${loop} disk && mount ${loop} /mnt && losetup -d ${loop}`;
    await must(lab('exec', '--name', 'life-a', 'redis-1', '--', 'sh', '-c', bound));
    expect(existsSync(loop)).to.equal(true);
    await must(lab('down', '--name', 'life-a'));
    // Other labs create loop devices with lower numbers meanwhile.
    expect(existsSync(loop)).to.equal(false);
    expect(servicesAtBoot()).to.deep.equal(atBoot);
    expect(record.groups.filter((directory) => existsSync(directory))).to.deep.equal([]);
    expect(
      inhabitants.filter((pid) => existsSync(`/proc/${pid}`) && namespaces(pid).some((one) => inside.has(one))),
    ).to.deep.equal([]);
    const left = readdirSync('/proc').filter(
      (pid) => /^\d+$/.test(pid) && namespaces(pid).some((one) => inside.has(one)),
    );
    expect(left).to.deep.equal([]);
    for (const file of held) closeSync(file);
    expect(existsSync(join(cache, 'labs/life-a'))).to.equal(false);
    expect(readFileSync('/proc/mounts', 'utf8')).not.to.contain('life-a');
    expect((await lab('down', '--name', 'life-a')).code).to.equal(0);
  });
});

function recordOf(name: string): Record {
  return JSON.parse(readFileSync(join(cache, 'labs', name, 'lab.json'), 'utf8')) as Record;
}

/** What systemd or SysV init starts when this machine boots. */
function servicesAtBoot(): readonly string[] {
  const directories = ['/etc/systemd/system/multi-user.target.wants', '/etc/rc3.d'];
  return directories.filter((one) => existsSync(one)).flatMap((one) => readdirSync(one));
}

function descendants(pid: number): readonly number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number) : [];
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/**
 * The namespaces of a process that hold neither a mount nor a network device, `uts:[4026532177]`; none if it has ended.
 * A process of the lab is in at least one of these that is not ours.
 */
function namespaces(pid: number | string): readonly string[] {
  return kinds.flatMap((kind) => {
    try {
      return [readlinkSync(`/proc/${pid}/ns/${kind}`)];
    } catch {
      return [];
    }
  });
}

/**
 * Opens a process' namespaces. While they are open, the kernel gives their numbers to no new namespace, such as that of
 * a lab which starts meanwhile.
 */
function holdNamespaces(pid: number): readonly number[] {
  return kinds.flatMap((kind) => {
    try {
      return [openSync(`/proc/${pid}/ns/${kind}`, 'r')];
    } catch {
      return [];
    }
  });
}
