// Writes every service as built into one file, dist/services.js, and for each a file that starts it from there:
// dist/police.js, ... A starting process spends most of its time on reading two thousand files otherwise (ADR 17).
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } = require('node:fs');
const { readFile } = require('node:fs/promises');
const { dirname, join, relative } = require('node:path');

const root = join(__dirname, '..');
const folder = join(root, 'dist');
const bundle = join(folder, 'services.js');
const stamp = join(folder, 'services.sha256');
/** Large, and only who prints needs them. */
const LEFT_OUT = ['pdfkit', 'fontkit'];

const services = readdirSync(join(root, 'apps')).filter((app) =>
  existsSync(join(root, 'apps', app, 'dist', 'app.module.js')),
);

/** Of everything that the bundle is made from. */
function digestOfInputs() {
  const hash = createHash('sha256');
  const files = ['apps', 'libs'].flatMap((kind) =>
    readdirSync(join(root, kind)).flatMap((name) => {
      const dist = join(root, kind, name, 'dist');
      return existsSync(dist)
        ? readdirSync(dist, { recursive: true })
            .filter((file) => file.endsWith('.js'))
            .map((file) => join(dist, file))
        : [];
    }),
  );
  for (const file of [...files.sort(), join(root, 'package-lock.json'), __filename]) {
    hash.update(`${relative(root, file)}\n`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** A module finds the files beside it as if it still lay where it was. */
const ownPlaces = {
  name: 'own places',
  setup(build) {
    build.onLoad({ filter: /\.[cm]?js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!/\b__dirname\b|\b__filename\b|\bimport\.meta\.url\b/.test(text)) return undefined;
      const at = (file) => JSON.stringify(relative(folder, file));
      const contents = text
        .replace(/\b__dirname\b/g, `__at(${at(dirname(path))})`)
        .replace(/\b__filename\b/g, `__at(${at(path)})`)
        .replace(/\bimport\.meta\.url\b/g, `__url(${at(path)})`);
      return { contents, loader: 'js' };
    });
  },
};

/** What is not installed is optional to who asks for it (other databases, other brokers), and fails when it is used. */
const optionalPackages = {
  name: 'optional packages',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === optionalPackages) return undefined;
      if (from.kind === 'require-resolve') return { path, external: true };
      const found = await build.resolve(path, { ...from, pluginData: optionalPackages });
      return found.errors.length > 0 ? { path, external: true } : found;
    });
  },
};

async function write(digest) {
  mkdirSync(folder, { recursive: true });
  const starts = services.map(
    (name) => `${JSON.stringify(name)}: () => require('./apps/${name}/dist/main.js')`,
  );
  await require('esbuild').build({
    stdin: {
      contents: `module.exports = {\n${starts.join(',\n')}\n};`,
      resolveDir: root,
      sourcefile: 'services.js',
    },
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: LEFT_OUT,
    // Nest and TypeORM go by the names of classes.
    keepNames: true,
    // The text stays in memory. Stack frames name functions; with --enable-source-maps files and lines too.
    minifyWhitespace: true,
    lineLimit: 160,
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'error',
    banner: {
      js:
        `const __at = (file) => require('node:path').join(__dirname, file);` +
        `const __url = (file) => require('node:url').pathToFileURL(__at(file)).href;`,
    },
    plugins: [ownPlaces, optionalPackages],
  });
  for (const name of services)
    writeFileSync(join(folder, `${name}.js`), `require('./services.js')['${name}']();\n`);
  writeFileSync(stamp, digest);
}

const digest = digestOfInputs();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== digest) {
  write(digest).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
