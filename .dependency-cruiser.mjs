/**
 * The architecture as rules (docs/ARCHITECTURE.md). Imports point one way, crds <- renderers <- reconcilers <- controller,
 * and only adapters access the machine. test/laws/architecture.test.ts tests each rule with a violation.
 */
const machine =
  '^node:|^(fs|net|tls|os|child_process|http|https|dgram|dns|path|process|stream|util|url)$|node_modules/(@aws-sdk|ssh2|ioredis|winston)/';
const pure = '^(crds|renderers|reconcilers|simulation)/';
const product = '^(crds|renderers|reconcilers|controller)/';
const component = '(?!(?:contract|facts|operations|shared|teardown)/)([^/]+)';

/** @type {import('dependency-cruiser').IConfiguration} */
const config = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Cycles are hard to read. Type-only imports count as well.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'reachable-from-main',
      comment:
        'Product code must be reachable from a command, but for what the documentation is generated from. Other code belongs in simulation/ or test/.',
      severity: 'error',
      from: { path: '^controller/main\\.ts$' },
      to: { path: product, pathNot: '^crds/changes/', reachable: false },
    },
    {
      name: 'crds-at-the-bottom',
      comment: 'Documents do not depend on their reconciliation.',
      severity: 'error',
      from: { path: '^crds/' },
      to: { path: '^(renderers|reconcilers|controller|simulation|lab|test)/' },
    },
    {
      name: 'renderers-below-reconcilers',
      comment: 'Rendered texts depend on documents only.',
      severity: 'error',
      from: { path: '^renderers/' },
      to: { path: '^(reconcilers|controller|simulation|lab|test)/' },
    },
    {
      name: 'reconcilers-below-controller',
      comment: 'A reconciler holds no connection.',
      severity: 'error',
      from: { path: '^reconcilers/' },
      to: { path: '^(controller|simulation|lab|test)/' },
    },
    {
      name: 'facts-at-the-bottom-of-reconcilers',
      comment: 'A fact does not depend on who requests it.',
      severity: 'error',
      from: { path: '^reconcilers/facts/' },
      to: { path: '^reconcilers/(?!facts/)' },
    },
    {
      name: 'operations-above-facts',
      comment: 'An operation may depend on facts, but not on findings or plans.',
      severity: 'error',
      from: { path: '^reconcilers/operations/' },
      to: { path: '^reconcilers/(?!(?:facts|operations)/)' },
    },
    {
      name: 'contract-below-components',
      comment: 'The contract does not depend on any component.',
      severity: 'error',
      from: { path: '^reconcilers/contract/' },
      to: { path: '^reconcilers/(?!(?:facts|operations|contract)/)' },
    },
    {
      name: 'shared-below-components',
      comment: 'Shared code does not depend on any component.',
      severity: 'error',
      from: { path: '^reconcilers/shared/' },
      to: { path: '^reconcilers/(?!(?:facts|operations|contract|shared)/)' },
    },
    {
      name: 'components-apart',
      comment: 'Components refer to each other by name only (Subject).',
      severity: 'error',
      from: { path: `^reconcilers/${component}/` },
      to: { path: '^reconcilers/(?!(?:contract|facts|operations|shared)/)[^/]+/', pathNot: '^reconcilers/$1/' },
    },
    {
      name: 'pure-code',
      comment: 'Pure code accesses neither the machine nor the network. node:crypto is for digests.',
      severity: 'error',
      from: { path: pure },
      to: { path: machine, pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'controller-without-io',
      comment: 'Only adapters and main access the machine.',
      severity: 'error',
      from: { path: '^controller/', pathNot: '^controller/(adapters/|main\\.ts$)' },
      to: { path: machine },
    },
    {
      name: 'adapters-by-main-only',
      comment: 'main passes adapters as arguments.',
      severity: 'error',
      from: { path: '^controller/', pathNot: '^controller/(main\\.ts$|adapters/)' },
      to: { path: '^controller/adapters/' },
    },
    {
      name: 'report-imports-data-only',
      comment: 'A report shows data and does not depend on the engine.',
      severity: 'error',
      from: { path: '^controller/report/' },
      to: { path: '^controller/(?!report/|events/)' },
    },
    {
      name: 'engine-without-components',
      comment: 'The engine gets the components as arguments and works with any.',
      severity: 'error',
      from: { path: '^controller/(engine|pacing|transport|watching|report|events)/' },
      to: {
        path: `^reconcilers/(teardown|index|${component})(/|\\.)`,
        pathNot: '^reconcilers/(contract|facts|operations|shared)/',
      },
    },
    {
      name: 'controller-points-down',
      comment: 'cli and watching use the engine, and the engine uses pacing and transport; never the other way.',
      severity: 'error',
      from: { path: '^controller/(engine|pacing|transport|events|adapters)/' },
      to: { path: '^controller/(cli|report|watching)/' },
    },
    {
      name: 'pacing-below-engine',
      comment: 'Pacing does not depend on what it paces.',
      severity: 'error',
      from: { path: '^controller/(pacing|transport|events|adapters)/' },
      to: { path: '^controller/engine/' },
    },
    {
      name: 'lab-independent',
      comment: 'The lab must not depend on the operator that it tests.',
      severity: 'error',
      from: { path: '^lab/' },
      to: { path: '^(crds|renderers|reconcilers|controller|simulation|test)/' },
    },
    {
      name: 'faults-use-interfaces',
      comment: 'Faults and the EC2 API use the daemon through interfaces (FaultTarget, Ec2Backend).',
      severity: 'error',
      from: { path: '^lab/(ec2|faults|hosts|vpc|imds|image)/' },
      to: { path: '^lab/(daemon/(?!shell\\.ts)|cli/)' },
    },
    {
      name: 'lab-by-main-only',
      comment: 'The product does not depend on the lab, except for the command that starts it.',
      severity: 'error',
      from: { path: product, pathNot: '^controller/main\\.ts$' },
      to: { path: '^lab/' },
    },
    {
      name: 'simulation-outside-the-product',
      comment: 'The simulation is for tests. The product must not depend on it.',
      severity: 'error',
      from: { path: '^(crds|renderers|reconcilers|controller|lab)/' },
      to: { path: '^simulation/' },
    },
    {
      name: 'no-orphans',
      comment: 'A module without importers is dead code.',
      severity: 'error',
      from: { orphan: true, path: '^(controller|crds|renderers|reconcilers|simulation|lab)/' },
      to: {},
    },
    {
      name: 'no-dev-dependencies',
      comment: 'The product depends on production packages only.',
      severity: 'error',
      from: { path: '^(controller|crds|renderers|reconcilers|lab)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      comment: 'An unresolvable import cannot be checked.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
    builtInModules: { add: [] },
  },
};

// biome-ignore lint/style/noDefaultExport: dependency-cruiser requires a default export
export default config;
