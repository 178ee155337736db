import { expect } from 'chai';
import { parseDocuments } from '../../../crds/load/documents.ts';

function read(text: string) {
  return parseDocuments([{ file: 'a.yaml', text }]);
}

describe('parseDocuments', () => {
  it('reads several documents per file and skips empty ones', () => {
    const { documents, issues } = read('---\n# nothing\n---\na: 1\n---\nb: 2\n---\n');
    expect(documents.map(({ value }) => value)).to.deep.equal([{ a: 1 }, { b: 2 }]);
    expect(issues).to.deep.equal([]);
  });

  it('parses only JSON numbers as numbers', () => {
    const { documents } = read('a: 017\nb: 0x1F\nc: 2024-01-01\nd: 1_000\ne: yes\nf: 12\ng: 1.5\nh: true\ni: 0o7\n');
    expect(documents[0]?.value).to.deep.equal({
      ...{ a: '017', b: '0x1F', c: '2024-01-01', d: '1_000', e: 'yes', f: 12, g: 1.5, h: true, i: '0o7' },
    });
  });

  it('finds the position of values, keys, list entries and aliased values', () => {
    const text = '# c\na:\n  - x: 1\n    y: {z: "q"}\nb: &b\n  c: 1\nd: *b\ne:\n"f.g": 2\n';
    const places = read(text).documents[0]?.places;
    const at = (...path: (string | number)[]) => {
      const place = places?.at(path);
      return `${place?.line}:${place?.column}`;
    };
    expect(at('a')).to.equal('2:1');
    expect(at('a', 0)).to.equal('3:5');
    expect(at('a', 0, 'x')).to.equal('3:8');
    expect(at('a', 0, 'y', 'z')).to.equal('4:12');
    expect(at('d')).to.equal('7:4');
    expect(at('d', 'c')).to.equal('7:4');
    expect(at('e')).to.equal('8:1');
    expect(at('f.g')).to.equal('9:8');
    expect(at('missing', 'deep')).to.equal('2:1');
    expect(places?.key(['a', 0, 'y', 'z'])).to.deep.equal({ file: 'a.yaml', line: 4, column: 9 });
  });

  it('counts lines through CRLF and a byte order mark', () => {
    const { documents, issues } = read('\ufeffa: 1\r\nb:\r\n  c: 2\r\n');
    expect(issues).to.deep.equal([]);
    expect(documents[0]?.value).to.deep.equal({ a: 1, b: { c: 2 } });
    expect(documents[0]?.places.at(['b', 'c'])).to.deep.equal({ file: 'a.yaml', line: 3, column: 6 });
  });

  it('an error in one document leaves the others readable', () => {
    const { documents, issues } = read('a: 1\na: 2\n---\nb: 1\n---\nc: *nobody\n');
    expect(documents.map(({ value }) => value)).to.deep.equal([{ b: 1 }]);
    expect(issues.map(({ line, column, problem }) => [line, column, problem])).to.deep.equal([
      [2, 1, 'not valid YAML: duplicated mapping key'],
      [6, 5, 'not valid YAML: unidentified alias'],
    ]);
  });

  it('rejects a document with too many aliases', () => {
    const { documents, issues } = read(`a: &a 1\nb: [${'*a,'.repeat(65)}]\n`);
    expect(documents).to.deep.equal([]);
    expect(issues[0]?.remedy).to.match(/at most 64 aliases/);
  });

  it('does not treat properties of the prototype as fields', () => {
    const { documents } = read('__proto__: { polluted: 1 }\n');
    expect(Object.keys(documents[0]?.value ?? {})).to.deep.equal(['__proto__']);
    expect(({} as { polluted?: number }).polluted).to.equal(undefined);
  });
});
