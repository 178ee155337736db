import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { reveal } from '../../../renderers/lib/text.ts';
import { openvzMount } from '../../../renderers/openvz/mount.ts';

/** The files that the script puts into /sbin of the container, by a shell that executes nothing else of it. */
function putBy(script: string): ReadonlyMap<string, string> {
  const puts = script.slice(script.indexOf('\nput halt')).replace(/\ntrap - EXIT[\s\S]*/, '\n');
  const shown = 'put() { echo "== $1"; cat; }\n';
  const { stdout, status } = spawnSync('sh', ['-c', shown + puts], { encoding: 'utf8' });
  expect(status).to.equal(0);
  return new Map(
    stdout
      .split(/^== /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]),
  );
}

describe('CTID.mount', () => {
  const boot = { root: '/vz/root/10101', folder: '/m/acme-r1', address: '10.101.0.11/24', mtu: 8958 };

  // vzctl 4.11.1 executes it with execve(2): "Unable to start init, probably incorrect template" with a line before it.
  for (const datapath of ['system', 'netdev'] as const)
    it(`with datapath ${datapath}: what it puts into /sbin begins with #!`, () => {
      const put = putBy(reveal(openvzMount({ ...boot, datapath })));
      expect([...put.keys()]).to.eql(['halt', 'init']);
      for (const text of put.values()) expect(text.slice(0, 10)).to.equal('#!/bin/sh\n');
    });
});
