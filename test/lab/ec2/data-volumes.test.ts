import { expect } from 'chai';
import { modifyInstanceAttribute } from '../../../lab/ec2/attributes.ts';
import { attachVolume, createVolume, deleteVolume, detachVolume, modifyVolume } from '../../../lab/ec2/data-volumes.ts';
import { Ec2Error } from '../../../lab/ec2/errors.ts';
import type { Change } from '../../../lab/ec2/find.ts';
import { initialState } from '../../../lab/ec2/initial-state.ts';
import { parseForm } from '../../../lab/ec2/query.ts';
import { released } from '../../../lab/ec2/release.ts';
import { type Ec2State, withInstance } from '../../../lab/ec2/state.ts';
import { describeVolumes } from '../../../lab/ec2/volumes.ts';
import { instanceCalled } from '../support/hosts.ts';

const fresh = initialState(new Date(0));
const start = fresh.instances.reduce((state, { host }) => withInstance(state, host, { state: 'running' }), fresh);
const host = instanceCalled(start, 'redis-1').host;
const other = start.instances.find((one) => one.host.subnet.zone !== host.subnet.zone)?.host ?? host;
const form = (fields: Record<string, string>) => parseForm(new URLSearchParams(fields).toString());

type Call = (state: Ec2State, parameters: ReturnType<typeof form>) => Change;
/** The state once everything that follows from the call has happened. */
function settled(call: Call, fields: Record<string, string>, state = start): Ec2State {
  const { state: next, later = [] } = call(state, form(fields));
  return later.reduce((now, one) => one.next(now), next);
}
const asked = { AvailabilityZone: host.subnet.zone, Size: '4', VolumeType: 'gp3', Encrypted: 'true' };
const made = settled(createVolume, asked);
const volume = made.volumes.at(-1) ?? expect.fail('no volume');
const on = (instance = host) => ({ VolumeId: volume.id, InstanceId: instance.instanceId, Device: '/dev/sdf' });
const attached = settled(attachVolume, on(), made);
const seen = (state: Ec2State) => state.volumes.find(({ id }) => id === volume.id);
const codeOf = (call: Call, fields: Record<string, string>, state: Ec2State) => {
  try {
    call(state, form(fields));
  } catch (error) {
    if (error instanceof Ec2Error) return error.code;
    throw error;
  }
  return 'none';
};

describe('lab: volumes', () => {
  it('are created once for a client token, with their settings and tags', () => {
    const tags = { 'TagSpecification.1.ResourceType': 'volume', 'TagSpecification.1.Tag.1.Key': 'a' };
    const fields = { ...asked, ClientToken: 'one', ...tags, 'TagSpecification.1.Tag.1.Value': 'b' };
    const { state, answer } = createVolume(start, form(fields));
    expect(answer).to.deep.include({ status: 'creating', size: 4, encrypted: true, iops: 3000 });
    expect(answer['tagSet']).to.deep.equal([{ key: 'a', value: 'b' }]);
    expect(createVolume(state, form(fields)).answer).to.deep.equal(answer);
    expect(createVolume(state, form(fields)).state).to.equal(state);
  });

  it('are shown with their attachment, which takes a moment', () => {
    const { answer } = attachVolume(made, form(on()));
    expect(answer).to.include({ status: 'attaching', device: '/dev/sdf' });
    const { volumeSet } = describeVolumes(attached, form({ 'VolumeId.1': volume.id })) as { volumeSet: unknown };
    expect(volumeSet).to.have.nested.property('[0].attachmentSet[0].status', 'attached');
    expect(volumeSet).to.have.nested.property('[0].attachmentSet[0].deleteOnTermination', false);
    expect(volumeSet).to.have.nested.property('[0].status', 'in-use');
  });

  it('refuse what EC2 refuses', () => {
    expect(codeOf(createVolume, { ...asked, AvailabilityZone: 'lab-1z' }, start)).to.equal('InvalidZone.NotFound');
    expect(codeOf(createVolume, { ...asked, VolumeType: 'io2' }, start)).to.equal('MissingParameter');
    expect(codeOf(attachVolume, on(other), made)).to.equal('InvalidVolume.ZoneMismatch');
    expect(codeOf(attachVolume, on(), attached)).to.equal('VolumeInUse');
    expect(codeOf(attachVolume, on(), createVolume(start, form(asked)).state)).to.equal('InvalidVolume.NotFound');
    const booting = withInstance(made, host, { state: 'pending' });
    expect(codeOf(attachVolume, on(), booting)).to.equal('IncorrectState');
    expect(codeOf(deleteVolume, { VolumeId: volume.id }, attached)).to.equal('VolumeInUse');
    expect(codeOf(detachVolume, { VolumeId: volume.id }, made)).to.equal('IncorrectState');
    expect(codeOf(modifyVolume, { VolumeId: volume.id, Size: '3' }, attached)).to.equal('InvalidParameterValue');
    const larger = settled(modifyVolume, { VolumeId: volume.id, Size: '5' }, attached);
    expect(seen(larger)).to.include({ size: 5, type: 'gp3', iops: 3000, encrypted: true });
    expect(codeOf(modifyVolume, { VolumeId: volume.id, Size: '6' }, larger)).to.equal('VolumeModificationRateExceeded');
  });

  it('stay when their instance goes, unless they are to be deleted with it', () => {
    expect(seen(released(attached, host))).to.include({ state: 'available', host: undefined, attachment: undefined });
    const mapping = {
      'BlockDeviceMapping.1.DeviceName': '/dev/sdf',
      'BlockDeviceMapping.1.Ebs.DeleteOnTermination': 'true',
    };
    const going = settled(modifyInstanceAttribute, { InstanceId: host.instanceId, ...mapping }, attached);
    expect(seen(released(going, host))).to.equal(undefined);
    const mine = attached.volumes.filter((one) => one.host === host);
    expect(released(attached, host).volumes).to.have.lengthOf(attached.volumes.length - mine.length + 1);
  });

  it('are detached, and deleted', () => {
    const free = settled(detachVolume, { VolumeId: volume.id }, attached);
    expect(seen(free)).to.include({ state: 'available', host: undefined });
    expect(seen(settled(deleteVolume, { VolumeId: volume.id }, free))).to.equal(undefined);
  });
});
