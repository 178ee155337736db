import { expect } from 'chai';
import { Ec2Error } from '../../../lab/ec2/errors.ts';
import { filters, flag, list, page, parseForm } from '../../../lab/ec2/query.ts';

describe('lab: the EC2 Query protocol', () => {
  it('reads numbered lists in numeric order', () => {
    const form = Array.from({ length: 11 }, (_, index) => `InstanceId.${11 - index}=i-${11 - index}`).join('&');
    expect(list(parseForm(form), 'InstanceId')[1]).to.equal('i-2');
    expect(list(parseForm(form), 'InstanceId')[10]).to.equal('i-11');
  });

  it('reads each filter with its own values', () => {
    const form =
      'Filter.1.Name=tag%3AName&Filter.1.Value.1=redis-1&Filter.1.Value.2=a+b&Filter.10.Name=vpc-id&Filter.10.Value.1=v';
    expect(filters(parseForm(form))).to.deep.equal([
      { name: 'tag:Name', values: ['redis-1', 'a b'] },
      { name: 'vpc-id', values: ['v'] },
    ]);
  });

  it('limits the number of filter values per call as EC2 does', () => {
    const form = (count: number) =>
      ['Filter.1.Name=vpc-id&Filter.1.Value.1=v&Filter.2.Name=tag%3AName']
        .concat(Array.from({ length: count }, (_, index) => `Filter.2.Value.${index + 1}=h${index}`))
        .join('&');
    expect(filters(parseForm(form(199)))[1]?.values).to.have.length(199);
    expect(() => filters(parseForm(form(200))))
      .to.throw(Ec2Error)
      .with.property('code', 'FilterLimitExceeded');
  });

  it('accepts only true and false for flags', () => {
    expect(flag(parseForm('Force=true'), 'Force')).to.equal(true);
    expect(flag(parseForm(''), 'Force')).to.equal(false);
    expect(() => flag(parseForm('Force=yes'), 'Force')).to.throw('Must be true or false');
  });

  it('pages through every item exactly once', () => {
    const items = Array.from({ length: 12 }, (_, index) => index);
    const seen: number[] = [];
    let token: string | undefined;
    do {
      const form = `MaxResults=5${token === undefined ? '' : `&NextToken=${encodeURIComponent(token)}`}`;
      const shown = page(items, parseForm(form));
      seen.push(...shown.items);
      token = shown.nextToken;
    } while (token !== undefined);
    expect(seen).to.deep.equal(items);
  });

  it('refuses invalid page sizes and tokens', () => {
    expect(() => page([1], parseForm('MaxResults=4'))).to.throw('between 5 and 1000');
    expect(() => page([1], parseForm('NextToken=bogus'))).to.throw("The token 'bogus' is invalid");
  });
});
