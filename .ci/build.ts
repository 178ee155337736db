/**
 * npm run build: dist/, the program as a few files with everything it uses of its libraries in them. A command starts in a third of the
 * time that hundreds of modules take (docs/adr/0029). Types are checked elsewhere: `npm run check:types`.
 */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { _, Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build, type Plugin } from 'esbuild';
import { ajvOptions, KINDS, schemas } from '../crds/schema/schemas.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Puts validators that are compiled now in the place of crds/schema/validators.ts, which compiles them at every start. */
const compiledValidators: Plugin = {
  name: 'compiled-validators',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]crds[\\/]schema[\\/]validators\.ts$/ }, () => {
      const ajv = new Ajv({ ...ajvOptions, code: { source: true, esm: true, formats: _`formats` } });
      for (const kind of KINDS) ajv.addSchema(schemas[kind], kind);
      const code = standaloneCode.default(ajv, Object.fromEntries(KINDS.map((kind) => [kind, kind])));
      const contents = `import { formats } from './schemas.ts';\n${code}\nexport const validatorOf = (kind) => ({ ${KINDS.join(', ')} })[kind];\n`;
      return { contents, loader: 'js' };
    });
  },
};

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  // The program, and the lab's daemon, which is a process of its own.
  entryPoints: ['controller/main.ts', 'lab/daemon/serve.ts'],
  outbase: '.',
  outdir: 'dist',
  bundle: true,
  // What is imported when it is needed is in a file of its own.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // ES modules first: only of those is the unused part left out.
  mainFields: ['module', 'main'],
  // Finds its compiled ciphers by its own path.
  external: ['ssh2'],
  plugins: [compiledValidators],
  // Libraries in CommonJS call `require` for Node's own modules.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
  },
  minifySyntax: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'linked',
  logLevel: 'warning',
});
