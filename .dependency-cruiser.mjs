/**
 * The architecture as rules (docs/ARCHITECTURE.md): imports point one way, crds <- renderers <- reconcilers <- controller,
 * and only the edge touches the world. test/architecture.test.ts plants a violation of each to prove that it is seen.
 */
const world =
  '^node:|^(fs|net|tls|os|child_process|http|https|dgram|dns|path|process|stream|util|url)$|node_modules/(@aws-sdk|ssh2|ioredis|winston)/';
const pure = '^(crds|renderers|reconcilers)/';

/** @type {import('dependency-cruiser').IConfiguration} */
const config = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'A circle has no top to begin reading at.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'crds-at-the-bottom',
      comment: 'What a person may declare knows nothing of what is done about it.',
      severity: 'error',
      from: { path: '^crds/' },
      to: { path: '^(renderers|reconcilers|controller|lab|bench|test)/' },
    },
    {
      name: 'renderers-below-reconcilers',
      comment: 'Text is made from documents alone.',
      severity: 'error',
      from: { path: '^renderers/' },
      to: { path: '^(reconcilers|controller|lab|bench|test)/' },
    },
    {
      name: 'reconcilers-below-controller',
      comment: 'A reconciler holds no connection.',
      severity: 'error',
      from: { path: '^reconcilers/' },
      to: { path: '^(controller|lab|bench|test)/' },
    },
    {
      name: 'concerns-apart',
      comment: 'Concerns know each other by name only (Subject).',
      severity: 'error',
      from: { path: '^reconcilers/(?!(?:model|questions|verbs)/)([^/]+)/' },
      to: { path: '^reconcilers/(?!(?:model|questions|verbs)/)[^/]+/', pathNot: '^reconcilers/$1/' },
    },
    {
      name: 'pure-rooms',
      comment: 'Pure code touches neither the machine nor the network; node:crypto is for digests.',
      severity: 'error',
      from: { path: pure },
      to: { path: world, pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'shell-without-media',
      comment: 'Only adapters and main touch the machine.',
      severity: 'error',
      from: { path: '^controller/', pathNot: '^controller/(adapters/|main\\.ts$)' },
      to: { path: world },
    },
    {
      name: 'adapters-by-main-only',
      comment: 'The composition root hands media out as arguments.',
      severity: 'error',
      from: { path: '^controller/', pathNot: '^controller/(main\\.ts$|adapters/)' },
      to: { path: '^controller/adapters/' },
    },
    {
      name: 'lab-knows-nothing',
      comment: 'The lab is a world; it must not know who reconciles it.',
      severity: 'error',
      from: { path: '^lab/' },
      to: { path: '^(crds|renderers|reconcilers|controller|test)/' },
    },
    {
      name: 'lab-by-main-only',
      comment: 'The product does not know the lab, but for the command that starts it.',
      severity: 'error',
      from: { path: '^(controller|crds|renderers|reconcilers)/', pathNot: '^controller/main\\.ts$' },
      to: { path: '^lab/' },
    },
    {
      name: 'no-orphans',
      comment: 'A module that nobody imports is dead.',
      severity: 'error',
      from: { orphan: true, path: '^(controller|crds|renderers|reconcilers|lab)/' },
      to: {},
    },
    {
      name: 'no-dev-dependencies',
      comment: 'Shipped code rests on shipped packages.',
      severity: 'error',
      from: { path: '^(controller|crds|renderers|reconcilers|lab)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      comment: 'An import that cannot be resolved was not checked either.',
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

// biome-ignore lint/style/noDefaultExport: dependency-cruiser reads its configuration so
export default config;
