import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { asset, packageFile } from '../paths.ts';
import { groupFolders } from './cgroups.ts';
import { machineBefore } from './machine.ts';
import { bootId, type LabRecord, labFolder, logFile, startTime, writeRecord } from './record.ts';

/** Starts the namespaces of lab `name` and its daemon, detached from this process; returns the lab's record. */
export function launch(name: string, images: readonly string[], empty: boolean): LabRecord {
  mkdirSync(labFolder(name), { recursive: true, mode: 0o700 });
  const groups = groupFolders(
    readFileSync('/proc/self/cgroup', 'utf8'),
    readFileSync('/proc/self/mountinfo', 'utf8'),
    `ec2-redis-operator-${name}-${randomBytes(4).toString('hex')}`,
  );
  const log = openSync(logFile(name), 'a', 0o600);
  const arguments_ = [
    asset('namespace', 'launch.sh'),
    groups.join(' '),
    `lab-${name}`,
    ...daemonCommand(images, empty),
  ];
  const child = spawn('sh', arguments_, { detached: true, stdio: ['pipe', log, log], cwd: '/', env: environment() });
  closeSync(log);
  const record = recordOf(child, groups, images, empty);
  writeRecord(name, record);
  // The lab starts only once it is recorded: if this process dies before, the launcher finds its input closed and exits.
  child.stdin?.end('go\n');
  child.unref();
  return record;
}

function recordOf(
  child: ChildProcess,
  groups: readonly string[],
  images: readonly string[],
  empty: boolean,
): LabRecord {
  const started = child.pid === undefined ? undefined : startTime(child.pid);
  if (child.pid === undefined || started === undefined)
    throw new Error('the lab could not be launched: `sh` did not start');
  return { pid: child.pid, startTime: started, bootId: bootId(), groups, images, empty, before: machineBefore(groups) };
}

/** The daemon as a Node command, built or from source like the code that runs here. */
function daemonCommand(images: readonly string[], empty: boolean): string[] {
  const fromSource = import.meta.url.endsWith('.ts');
  const loader = fromSource ? ['--import', import.meta.resolve('tsx')] : [];
  const module = pathToFileURL(packageFile(fromSource ? 'lab/daemon/serve.ts' : 'dist/lab/daemon/serve.js')).href;
  const script =
    'const { serveLab } = await import(process.argv[1]); await serveLab(process.argv.slice(3), process.argv[2] === "empty");';
  return [
    process.execPath,
    ...loader,
    '--input-type=module',
    '-e',
    script,
    module,
    empty ? 'empty' : 'fleet',
    ...images,
  ];
}

/** Only the search path of the caller's environment: credentials of a real cloud must not get into a lab. */
function environment(): NodeJS.ProcessEnv {
  return {
    PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    LC_ALL: 'C.UTF-8',
  };
}
