import { folders } from '../../../renderers/lib/markers.ts';
import { fixed, lines, type Script, sh } from '../../../renderers/lib/shell.ts';
import { bootStamp } from '../../../renderers/openvz/mount.ts';
import { vzPlaces } from '../../../renderers/openvz/openvz-conf.ts';
import type { ActionOf } from '../actions.ts';
import { finishReplacing } from './replaced-private-area.ts';
import { vzctl } from './vzctl.ts';

/** Like container-run.ts, with vzctl. A file system that was left mounted is mounted again, so that /run is empty at the start. */
export function runOpenvz({ name, order, boot }: ActionOf<'container-run'>, ctid: string): Script {
  return lines([
    vzctl,
    sh`ctid=${ctid} folder=${`${folders.state}/members/${name}`}`,
    ...(boot === undefined
      ? []
      : [sh`boot=${boot} stamp=${`${vzPlaces.root}/${ctid}/${bootStamp}`}`, fixed(exitIfLoaded)]),
    ...(order === 'restart' ? [fixed('vz stop "$ctid"')] : []),
    fixed(finishReplacing),
    fixed(startVz),
  ]);
}

const exitIfLoaded = `case $(vz_state "$ctid") in
  *' running') if [ -f "$stamp" ] && read -r loaded <"$stamp" && [ "$loaded" = "$boot" ]; then exit 0; fi ;;
esac`;

export const startVz = `case $(vz_state "$ctid") in
  *' running') exit 0 ;;
  *' mounted '*) vz umount "$ctid" ;;
esac
vz start "$ctid" || { code=$?; case $(vz_state "$ctid") in *' running') exit 0 ;; esac; exit "$code"; }`;
