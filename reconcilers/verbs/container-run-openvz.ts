import { vzPlaces } from '../../renderers/openvz-conf.ts';
import { bootStamp } from '../../renderers/openvz-mount.ts';
import { fixed, lines, type Script, sh } from '../../renderers/shell.ts';
import type { ActionOf } from './index.ts';
import { vzctl } from './vzctl.ts';

/** As container-run.ts says, with vzctl. One whose file system was left mounted is mounted anew: its /run must not be that of its last life. */
export function runOpenvz({ order, boot }: ActionOf<'container-run'>, ctid: string): Script {
  return lines([
    vzctl,
    sh`ctid=${ctid}`,
    ...(boot === undefined ? [] : [sh`boot=${boot} stamp=${`${vzPlaces.root}/${ctid}/${bootStamp}`}`, fixed(unless)]),
    ...(order === 'restart' ? [fixed('vz stop "$ctid"')] : []),
    fixed(start),
  ]);
}

const unless = `case $(vz_state "$ctid") in
  *' running') if [ -f "$stamp" ] && read -r loaded <"$stamp" && [ "$loaded" = "$boot" ]; then exit 0; fi ;;
esac`;

const start = `case $(vz_state "$ctid") in
  *' running') exit 0 ;;
  *' mounted '*) vz umount "$ctid" ;;
esac
vz start "$ctid" || { code=$?; case $(vz_state "$ctid") in *' running') exit 0 ;; esac; exit "$code"; }`;
