// Jest loads every module anew for every suite, in a context of its own: for services that means half of the time of the
// check. Here a worker loads a module once, by Node's own `require`, and only the suite itself each time. So modules keep
// no state of their own (they have none: a service holds its state in its instance), and nothing is mocked by path.
const Module = require('node:module');
const { join } = require('node:path');
const { default: JestRuntime } = require('jest-runtime');

const CIRCUS = join(require.resolve('jest-circus/package.json'), '..', 'build', 'jestAdapterInit.js');

// `.ci/run` names a seed, so that a commit which passed once passes again. Without it each run asks new questions.
const { PROPERTY_SEED } = process.env;
if (PROPERTY_SEED) require('fast-check').configureGlobal({ seed: Number(PROPERTY_SEED) });

/** The runtime of the suite that runs: it knows how a source is compiled and where its map lies. */
let current;

require.extensions['.ts'] = (module, filename) => module._compile(current.compiled(filename), filename);

// A project of this repository is loaded from its sources, whatever its `dist` holds.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const ofOurs = request.startsWith('@liaison/') || request.startsWith('#');
  if (!ofOurs || !parent?.filename) return resolveFilename.call(this, request, parent, ...rest);
  return current.resolver.resolveModule(parent.filename, request, {
    conditions: current.environment.exportConditions(),
  });
};

class SharedModulesRuntime extends JestRuntime {
  constructor(config, environment, resolver, transformer, ...rest) {
    super(config, environment, resolver, transformer, ...rest);
    this.environment = environment;
    this.resolver = resolver;
    this.transformer = transformer;
    current = this;
  }

  /** Called with a path alone: a suite, or a file of Jest's configuration. */
  requireModule(from, moduleName) {
    if (moduleName !== undefined) return Module.createRequire(from)(moduleName);
    globalThis.jest = this.jestGlobals.jestObjectFor(from);
    return requireAnew(from);
  }

  /** Jest's own: what holds the tests and hooks of one suite is loaded for each. */
  requireInternalModule(path) {
    return path === CIRCUS ? requireAnew(path) : require(path);
  }

  compiled(filename) {
    const { code, sourceMapPath } = this.transformer.transform(filename, {
      isInternalModule: false,
      supportsDynamicImport: true,
      supportsExportNamespaceFrom: false,
      supportsStaticESM: false,
      supportsTopLevelAwait: false,
    });
    if (sourceMapPath) sourceMaps.set(filename, sourceMapPath);
    return code;
  }

  getSourceMaps() {
    return sourceMaps;
  }
}

/** For one suite: nothing keeps it, and all that it holds, afterwards. */
function requireAnew(path) {
  delete require.cache[path];
  try {
    return require(path);
  } finally {
    delete require.cache[path];
    module.children.length = 0;
  }
}

/** Of modules that an earlier suite loaded too. */
const sourceMaps = new Map();

module.exports = { __esModule: true, default: SharedModulesRuntime };
