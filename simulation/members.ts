import type { ActionOf } from '../reconcilers/operations/actions.ts';
import { markers } from '../renderers/lib/markers.ts';
import { permitFile } from '../renderers/redis/start-guard.ts';
import { confFile, exitsFile } from './conf.ts';
import { putFile } from './files.ts';
import { stopRedis } from './redis.ts';
import type { Container, HostWorld, Part, World } from './world.ts';
import { OperationFailed } from './world.ts';

/** A marker is written once. It fails if the marker exists with another value. */
export function markMember(host: HostWorld, { folder, mark, value }: ActionOf<'member-mark'>): void {
  const path = `${folder}/marks/${mark}`;
  const have = host.files[path]?.text.trim();
  if (have !== undefined && have !== value)
    throw new OperationFailed(`the marker ${path} already has the value ${have}`);
  host.files[path] ??= { mode: '600', owner: 'root:root', text: `${value}\n` };
  if (mark === markers.bootstrapped) delete host.files[`${folder}/conf/${permitFile}`];
}

export function permitMember(host: HostWorld, { folder, member }: ActionOf<'member-permit'>): void {
  if (host.files[`${folder}/marks/${markers.bootstrapped}`])
    throw new OperationFailed('the tenant had a master before');
  const chosen = host.files[`${folder}/marks/${markers.bootstrap}`]?.text.trim();
  if (chosen !== member) throw new OperationFailed(`the marker names ${chosen} as the initial master`);
  host.files[`${folder}/conf/${permitFile}`] = { mode: '600', owner: 'root:root', text: '' };
}

/** Refused while the daemon runs, because it owns the file then, and for an existing sentinel.conf. */
export function writeMemberConf(host: HostWorld, { folder, service, content, rewrite }: ActionOf<'member-conf'>): void {
  if (rewrite) forgetSentinel(host, folder);
  if (containerIn(host, folder)?.[service])
    throw new OperationFailed(`${service} of this member is running and owns the file`);
  if (service === 'sentinel' && confFile(host, folder, 'sentinel.conf'))
    throw new OperationFailed(`${folder}/conf/sentinel.conf already exists`);
  if (service === 'redis') delete host.files[`${folder}/conf/${exitsFile}`];
  putFile(host, { path: `${folder}/conf/${service}.conf`, mode: '0600', owner: 'root:root', content });
}

/** Sentinel is killed and its file removed: the file is written again immediately. */
function forgetSentinel(host: HostWorld, folder: string): void {
  const container = containerIn(host, folder);
  if (host.files[`${folder}/marks/${markers.bootstrapped}`])
    throw new OperationFailed('the tenant had a master before');
  if (container?.redis) throw new OperationFailed('redis-server of this member runs');
  if (container) container.sentinel = undefined;
  delete host.files[`${folder}/conf/sentinel.conf`];
}

/** Redis ends, and its start guard waits for redis.conf. A Redis that was stopped by a signal does not end. */
export function restartMember(
  world: World,
  host: HostWorld,
  { folder, content }: ActionOf<'member-restart'>,
): readonly Part[] {
  const container = containerIn(host, folder);
  const path = `${folder}/conf/redis.conf`;
  return [
    () => {
      if (container?.redis?.stopped) throw new OperationFailed('Redis has not ended 100 s after SIGTERM');
      if (container?.redis) stopRedis(world, host, container);
      delete host.files[path];
    },
    () => putFile(host, { path, mode: '0600', owner: 'root:root', content }),
  ];
}

/** Only a process that was stopped by a signal is killed; PID 1 restarts it. */
export function killStopped(host: HostWorld, { folder, service }: ActionOf<'member-kill'>): void {
  const container = containerIn(host, folder);
  if (container?.[service]?.stopped) container[service] = undefined;
}

/** The running container whose /etc/redis is in this directory. */
export function containerIn(host: HostWorld, folder: string): Container | undefined {
  return Object.values(host.containers).find((container) => container.folder === folder);
}
