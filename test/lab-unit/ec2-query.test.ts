import { expect } from 'chai';
import { Ec2Error } from '../../lab/ec2/errors.ts';
import { filters, flag, list, page, parseForm } from '../../lab/ec2/query.ts';

describe('lab: the EC2 Query protocol', () => {
  it('reads numbered lists in the order of their numbers, not of their text', () => {
    const form = Array.from({ length: 11 }, (_, index) => `InstanceId.${11 - index}=i-${11 - index}`).join('&');
    expect(list(parseForm(form), 'InstanceId')[1]).to.equal('i-2');
    expect(list(parseForm(form), 'InstanceId')[10]).to.equal('i-11');
  });

  it('reads filters with all their values, and does not take one list for another', () => {
    const form =
      'Filter.1.Name=tag%3AName&Filter.1.Value.1=redis-1&Filter.1.Value.2=a+b&Filter.10.Name=vpc-id&Filter.10.Value.1=v';
    expect(filters(parseForm(form))).to.deep.equal([
      { name: 'tag:Name', values: ['redis-1', 'a b'] },
      { name: 'vpc-id', values: ['v'] },
    ]);
  });

  it('takes no more filter values a call than EC2', () => {
    const form = (count: number) =>
      ['Filter.1.Name=vpc-id&Filter.1.Value.1=v&Filter.2.Name=tag%3AName']
        .concat(Array.from({ length: count }, (_, index) => `Filter.2.Value.${index + 1}=h${index}`))
        .join('&');
    expect(filters(parseForm(form(199)))[1]?.values).to.have.length(199);
    expect(() => filters(parseForm(form(200))))
      .to.throw(Ec2Error)
      .with.property('code', 'FilterLimitExceeded');
  });

  it('takes true and false for flags, and nothing else', () => {
    expect(flag(parseForm('Force=true'), 'Force')).to.equal(true);
    expect(flag(parseForm(''), 'Force')).to.equal(false);
    expect(() => flag(parseForm('Force=yes'), 'Force')).to.throw('Must be true or false');
  });

  it('pages through everything, once', () => {
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

  it('refuses page sizes and tokens EC2 would refuse', () => {
    expect(() => page([1], parseForm('MaxResults=4'))).to.throw('between 5 and 1000');
    expect(() => page([1], parseForm('NextToken=bogus'))).to.throw("The token 'bogus' is invalid");
  });
});
