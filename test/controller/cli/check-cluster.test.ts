import { expect } from 'chai';
import { checkCluster } from '../../../controller/cli/check-cluster.ts';
import { TransportError } from '../../../controller/transport/errors.ts';
import type { DryRunPort, QuotaPort } from '../../../controller/transport/io.ts';
import { reconcilers } from '../../../reconcilers/index.ts';
import { fleetOf, plainFleet } from '../../../simulation/scenarios/fleets.ts';
import { convergedWorld } from '../../../simulation/scenarios/start.ts';
import { bareWorld } from '../../../simulation/scenarios/worlds.ts';
import { simulate } from '../../../simulation/simulated-transport.ts';
import type { World } from '../../../simulation/world.ts';

const created = fleetOf({ ...plainFleet, adopt: 'create', tenants: [] });

/** Checks a world in which EC2 would refuse these actions. Also yields what was tried, and whether anything was changed. */
async function checked(world: World, refused: readonly string[] = [], dryRun?: DryRunPort, quotaOf?: QuotaPort) {
  const simulation = simulate(world);
  const tried: string[] = [];
  const answer: DryRunPort = async ({ action }) => {
    tried.push(action);
    if (action === 'AssignPrivateIpAddresses') return { result: 'not-tried', message: '' };
    const message = 'You are not authorized.';
    return refused.includes(action) ? { result: 'denied', message } : { result: 'allowed', message: '' };
  };
  const asked: string[] = [];
  const quotas: QuotaPort = async (quota) => {
    asked.push(quota.code);
    return (quotaOf ?? simulation.quotaOf)(quota);
  };
  const io = { reader: simulation.reader, dryRun: dryRun ?? answer, quotaOf: quotas };
  const { plan } = await checkCluster(created, reconcilers, io, world.now);
  const findings = plan.findings.map(({ reason, field, remedy }) => ({
    reason,
    field,
    by: remedy.by,
    message: 'message' in remedy ? remedy.message : '',
  }));
  return { findings, tried, asked, steps: [...plan.steps, ...simulation.steps] };
}

describe('check', () => {
  it('tells of an empty account all at once what would stop an apply: permission, AMI and key pair', async () => {
    const world = bareWorld(created);
    world.ec2.keyPairs.splice(0);
    for (const image of Object.keys(world.ec2.images)) delete world.ec2.images[image];
    const { findings, tried, steps } = await checked(world, ['CreateVpc']);
    expect(tried).to.include('CreateVpc');
    expect(steps).to.deep.equal([]);
    const reasons = new Set(findings.filter(({ by }) => by === 'manual').map(({ reason }) => reason));
    expect([...reasons]).to.include.members(['PermissionDenied', 'AmiNotFound', 'KeyPairNotFound']);
    const denied = findings.find(({ reason }) => reason === 'PermissionDenied');
    expect(denied?.message).to.contain('CreateTagged').and.contain('not authorized');
    const later = findings.find(({ reason }) => reason === 'PermissionNotTried');
    expect(later).to.include({ by: 'info' });
  });

  it('finds nothing in the way of an empty account in order, and says what it could not try', async () => {
    const { findings } = await checked(bareWorld(created));
    expect(findings.map(({ reason, by }) => [reason, by])).to.deep.equal([['PermissionNotTried', 'info']]);
  });

  it('tries what a delete would do too, as soon as something exists', async () => {
    const { findings, tried } = await checked(await convergedWorld(created), ['StopInstances']);
    expect(tried).to.include.members(['CreateTags', 'StopInstances']);
    expect(findings.find(({ reason }) => reason === 'PermissionDenied')?.field).to.equal(
      'permission ec2:StopInstances',
    );
  });

  it('tells of each quota that an apply would exceed, before anything is made', async () => {
    const world = bareWorld(created);
    Object.assign(world.ec2.quotas, { 'L-1216C47A': 4, 'L-0263D0A3': 0, 'L-F678F1CE': 0 });
    const { findings, steps } = await checked(world);
    const quotas = findings.filter(({ reason }) => reason === 'QuotaTooSmall');
    expect(quotas.map(({ field, by }) => [field, by])).to.deep.equal([
      ['quota L-1216C47A', 'manual'],
      ['quota L-0263D0A3', 'manual'],
      ['quota L-F678F1CE', 'manual'],
    ]);
    const vcpus = 2 * created.cluster.hosts.length;
    expect(quotas[0]?.message).to.contain(`is 4, 0 are in use, and apply needs ${vcpus} more`);
    expect(steps).to.deep.equal([]);
  });

  it('counts what runs in the account, and needs what is gone', async () => {
    const world = await convergedWorld(created);
    world.ec2.instances.splice(0, 1);
    const running = 2 * world.ec2.instances.length;
    Object.assign(world.ec2.quotas, { 'L-1216C47A': running + 1 });
    const { findings, asked } = await checked(world);
    expect(asked).to.deep.equal(['L-1216C47A']);
    expect(findings.find(({ reason }) => reason === 'QuotaTooSmall')?.message).to.contain(
      `is ${running + 1}, ${running} are in use, and apply needs 2 more`,
    );
  });

  it('asks for no quota where nothing is missing', async () => {
    const { asked } = await checked(await convergedWorld(created));
    expect(asked).to.deep.equal([]);
  });

  it('says that quotas were not checked where they cannot be read, and does not end otherwise for it', async () => {
    const { findings } = await checked(bareWorld(created), [], undefined, async () => {
      throw new TransportError('refused', 'AccessDeniedException');
    });
    expect(findings.map(({ reason, by }) => [reason, by])).to.deep.equal([
      ['PermissionNotTried', 'info'],
      ['QuotaNotChecked', 'info'],
    ]);
  });

  it('does not take a call that failed for a permission', async () => {
    const { findings } = await checked(bareWorld(created), [], async () => {
      throw new TransportError('unreachable', 'EC2 did not respond');
    });
    expect(findings.find(({ by }) => by === 'unknown')).to.include({
      reason: 'NotObserved',
      field: 'permission ec2:CreateVpc',
    });
    expect(findings.some(({ reason }) => reason === 'PermissionDenied')).to.equal(false);
  });
});
