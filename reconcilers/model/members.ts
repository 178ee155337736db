import { permitFile } from '../../renderers/redis-fence.ts';
import { marks } from '../marks.ts';
import type { ActionOf } from '../verbs/index.ts';
import { confFile, exitsFile } from './conf.ts';
import { putFile } from './files.ts';
import type { Box, HostWorld } from './world.ts';
import { VerbFailed } from './world.ts';

/** A mark is made once; another value that is there already is a failure. */
export function markMember(host: HostWorld, { folder, mark, value }: ActionOf<'member-mark'>): void {
  const path = `${folder}/marks/${mark}`;
  const have = host.files[path]?.text.trim();
  if (have !== undefined && have !== value) throw new VerbFailed(`the mark ${path} says ${have} already`);
  host.files[path] ??= { mode: '600', owner: 'root:root', text: `${value}\n` };
  if (mark === marks.bootstrapped) delete host.files[`${folder}/conf/${permitFile}`];
}

export function permitMember(host: HostWorld, { folder, member }: ActionOf<'member-permit'>): void {
  if (host.files[`${folder}/marks/${marks.bootstrapped}`]) throw new VerbFailed('the tenant had a master before');
  const chosen = host.files[`${folder}/marks/${marks.bootstrap}`]?.text.trim();
  if (chosen !== member) throw new VerbFailed(`the mark says that ${chosen} is to be the first master`);
  host.files[`${folder}/conf/${permitFile}`] = { mode: '600', owner: 'root:root', text: '' };
}

/** Refused while the daemon runs, which owns the file then; and for sentinel.conf once it is there. */
export function writeMemberConf(host: HostWorld, { folder, service, content, anew }: ActionOf<'member-conf'>): void {
  if (anew) forgetSentinel(host, folder);
  if (boxIn(host, folder)?.[service]) throw new VerbFailed(`${service} of this member runs: the file is its own`);
  if (service === 'sentinel' && confFile(host, folder, 'sentinel.conf'))
    throw new VerbFailed(`${folder}/conf/sentinel.conf is there already`);
  if (service === 'redis') delete host.files[`${folder}/conf/${exitsFile}`];
  putFile(host, { path: `${folder}/conf/${service}.conf`, mode: '0600', owner: 'root:root', content });
}

/** Killed, and its file gone: it is written anew at once. */
function forgetSentinel(host: HostWorld, folder: string): void {
  const box = boxIn(host, folder);
  if (host.files[`${folder}/marks/${marks.bootstrapped}`]) throw new VerbFailed('the tenant had a master before');
  if (box?.redis) throw new VerbFailed('redis-server of this member runs');
  if (box) box.sentinel = undefined;
  delete host.files[`${folder}/conf/sentinel.conf`];
}

/** Only one that was stopped by a signal; PID 1 starts it anew. */
export function killStopped(host: HostWorld, { folder, service }: ActionOf<'member-kill'>): void {
  const box = boxIn(host, folder);
  if (box?.[service]?.stopped) box[service] = undefined;
}

/** The running container whose /etc/redis is this folder's. */
export function boxIn(host: HostWorld, folder: string): Box | undefined {
  return Object.values(host.boxes).find((box) => box.folder === folder);
}
