// Writes every service as built into one file, dist/services.js, and for each a file that starts it from there:
// dist/police.js, ... A starting process spends most of its time on reading two thousand files otherwise (ADR 17).
const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } = require('node:fs');
const { readFile } = require('node:fs/promises');
const { dirname, join, relative } = require('node:path');

const root = join(__dirname, '..');
const folder = join(root, 'dist');
const bundle = join(folder, 'services.js');
const stamp = join(folder, 'services.sha256');
const startFile = join(__dirname, 'start-service.cjs');
/** Large, and only who prints needs them. */
const LEFT_OUT = ['pdfkit', 'fontkit'];

const services = readdirSync(join(root, 'apps')).filter((app) =>
  existsSync(join(root, 'apps', app, 'dist', 'app.module.js')),
);

/** Of everything that the bundle is made from. */
function digestOfInputs() {
  const hash = createHash('sha256').update(process.version);
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
  for (const file of [...files.sort(), join(root, 'package-lock.json'), __filename, startFile]) {
    hash.update(`${relative(root, file)}\n`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

const at = (file) => JSON.stringify(relative(folder, file));

/** A module finds the files beside it as if it still lay where it was. */
const inItsPlace = (text, path) =>
  text
    .replace(/\b__dirname\b/g, `__at(${at(dirname(path))})`)
    .replace(/\b__filename\b/g, `__at(${at(path)})`)
    .replace(/\bimport\.meta\.url\b/g, `__url(${at(path)})`);

/**
 * One letter beyond Latin-1 doubles the memory that the whole text takes, and esbuild leaves those of regular
 * expressions. What `String.raw` reads has to stay as it is.
 */
const inPlainLetters = (text) =>
  /\.raw\b/.test(text) && /`[^`]*[^\0-\xff]/.test(text)
    ? text
    : text.replace(/[^\0-\xff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const texts = {
  name: 'texts',
  setup(build) {
    build.onLoad({ filter: /\.[cm]?js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return { contents: inPlainLetters(inItsPlace(text, path)), loader: 'js' };
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
  const requiring = (file) =>
    services
      .map((name) => `${JSON.stringify(name)}: () => require('./apps/${name}/dist/${file}')`)
      .join(',\n');
  await require('esbuild').build({
    stdin: {
      contents: [
        `exports.starts = {\n${requiring('main.js')}\n};`,
        `const modules = {\n${requiring('app.module.js')}\n};`,
        'exports.load = () => Object.values(modules).forEach((load) => load());',
      ].join('\n'),
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
    // Code that V8 took from its cache can import nothing (Node 20): what is asked for later is required then.
    supported: { 'dynamic-import': false },
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
    plugins: [texts, optionalPackages],
  });
  for (const name of services)
    writeFileSync(join(folder, `${name}.js`), `require('./start.js').start('${name}');\n`);
  copyFileSync(startFile, join(folder, 'start.js'));
  // V8 takes the code that it compiled only under the same flags: as the image and the stack start a service.
  execFileSync(
    process.execPath,
    ['--max-semi-space-size=8', '--eval', "require('./dist/start.js').writeCache()"],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
    },
  );
  writeFileSync(stamp, digest);
}

const digest = digestOfInputs();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== digest) {
  write(digest).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
