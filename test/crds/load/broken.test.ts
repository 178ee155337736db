import { expect } from 'chai';
import { issueText } from '../../../crds/issue.ts';
import { loadDocuments } from '../../../crds/load/load.ts';
import { across } from './broken/across.ts';
import { edited } from './broken/broken.ts';
import { creation } from './broken/created-hosts.ts';
import { egress } from './broken/egress.ts';
import { reading } from './broken/reading.ts';
import { schema } from './broken/schema.ts';

describe('broken documents', () => {
  for (const [what, table] of Object.entries({ reading, schema, across, creation, egress })) {
    describe(what, () => {
      for (const { why, edits, issues: expected } of table) {
        it(why, () => {
          const { fleets, issues } = loadDocuments(edited(edits), 'ignore');
          const actual = issues.map(({ file, line, column, path, problem, remedy }) => {
            return { at: `${file}:${line}:${column}`, path, problem, remedy };
          });
          expect(actual).to.deep.equal(expected);
          expect(fleets, 'nothing is done by halves').to.deep.equal([]);
          expect(issues.map(issueText).join('\n'), 'no credential is quoted').not.to.contain('hunter2');
        });
      }
    });
  }
});
