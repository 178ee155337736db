import type { Broken } from './broken.ts';

/** Unreadable files, and documents of unknown kinds. */
export const reading: readonly Broken[] = [
  {
    why: 'a tab for indentation',
    edits: [{ file: 'cluster.yaml', from: '  network:\n', to: '\tnetwork:\n' }],
    issues: [
      {
        at: 'cluster.yaml:10:1',
        path: '',
        problem: 'not valid YAML: tab characters must not be used in indentation',
        remedy: 'indent with spaces; YAML allows no tabs there',
      },
    ],
  },
  {
    why: 'an open bracket',
    edits: [{ file: 'proxypair.yaml', from: '[proxy-1, proxy-2]', to: '[proxy-1, proxy-2' }],
    issues: [
      {
        at: 'proxypair.yaml:9:3',
        path: '',
        problem: 'not valid YAML: deficient indentation',
        remedy: 'correct the indentation, quotes and brackets at this line or just before it',
      },
    ],
  },
  {
    why: 'a duplicate key',
    edits: [
      {
        file: 'tenant-acme.yaml',
        from: '  clusterRef: quickstart\n',
        to: '  clusterRef: quickstart\n  clusterRef: other\n',
      },
    ],
    issues: [
      {
        at: 'tenant-acme.yaml:8:3',
        path: '',
        problem: 'not valid YAML: duplicated mapping key',
        remedy: 'remove one of the two keys',
      },
    ],
  },
  {
    why: 'an alias without anchor, which may be a password',
    edits: [{ file: 'tenant-acme.yaml', from: 'env: ACME_PASSWORD', to: 'env: *hunter2' }],
    issues: [
      {
        at: 'tenant-acme.yaml:31:13',
        path: '',
        problem: 'not valid YAML: unidentified alias',
        remedy:
          'write the value out in place of the alias, or define its anchor first; at most 64 aliases per document',
      },
    ],
  },
  {
    why: 'an empty file',
    edits: [{ file: 'tenant-globex.yaml', text: '\n  \n' }],
    issues: [
      {
        at: 'tenant-globex.yaml:1:1',
        path: '',
        problem: 'no document: only whitespace was read (4 characters)',
        remedy: 'check that this is the intended file; an empty file never means "remove everything"',
      },
    ],
  },
  {
    why: 'a file of comments only',
    edits: [{ file: 'tenant-globex.yaml', text: '# nothing yet\n' }],
    issues: [
      {
        at: 'tenant-globex.yaml:1:1',
        path: '',
        problem: 'no document: only comments were read',
        remedy: 'check that this is the intended file; an empty file never means "remove everything"',
      },
    ],
  },
  {
    why: 'no Cluster among the documents',
    edits: [{ file: 'cluster.yaml', without: true }],
    issues: [
      {
        at: 'proxypair.yaml:1:1',
        path: 'kind',
        problem: 'no Cluster is declared (3 documents in 3 files read)',
        remedy: 'add the file that declares the Cluster; a missing file never means "remove everything"',
      },
      {
        at: 'proxypair.yaml:7:15',
        path: 'spec.clusterRef',
        problem: 'there is no Cluster named quickstart',
        remedy: 'declare Cluster quickstart',
      },
      {
        at: 'tenant-acme.yaml:7:15',
        path: 'spec.clusterRef',
        problem: 'there is no Cluster named quickstart',
        remedy: 'declare Cluster quickstart',
      },
      {
        at: 'tenant-globex.yaml:7:15',
        path: 'spec.clusterRef',
        problem: 'there is no Cluster named quickstart',
        remedy: 'declare Cluster quickstart',
      },
    ],
  },
  {
    why: 'a document that is a list',
    edits: [{ file: 'proxypair.yaml', text: '- one\n- two\n' }],
    issues: [
      {
        at: 'proxypair.yaml:1:1',
        path: '',
        problem: 'the document is not a mapping',
        remedy: 'start it with apiVersion, kind, metadata and spec',
      },
    ],
  },
  {
    why: 'a document without kind',
    edits: [{ file: 'proxypair.yaml', from: 'kind: ProxyPair\n', to: '' }],
    issues: [
      {
        at: 'proxypair.yaml:2:1',
        path: 'kind',
        problem: 'kind is missing',
        remedy: 'add one of Cluster, Tenant, ProxyPair',
      },
    ],
  },
  {
    why: 'a misspelled kind',
    edits: [{ file: 'proxypair.yaml', from: 'kind: ProxyPair', to: 'kind: ProxyPear' }],
    issues: [
      {
        at: 'proxypair.yaml:3:7',
        path: 'kind',
        problem: 'unknown kind "ProxyPear"',
        remedy: 'did you mean ProxyPair? Known kinds are Cluster, Tenant, ProxyPair',
      },
    ],
  },
];
