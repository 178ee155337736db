import { expect } from 'chai';
import { instances } from '../../../../reconcilers/facts/ec2/instances.ts';

describe('instances as EC2 shows them', () => {
  it('have a public address, or none', () => {
    const shown = [{ PublicIpAddress: '198.51.100.7' }, { PublicIpAddress: '' }, {}];
    const request = { fact: 'instances', filters: {} } as const;
    const seen = instances.read(shown, request);
    expect(seen.state === 'present' && seen.value.map(({ publicAddress }) => publicAddress)).to.deep.equal([
      '198.51.100.7',
      undefined,
      undefined,
    ]);
  });
});
