// Beside dist/services.js, as dist/start.js: runs it from the code that V8 compiled after the build, kept in
// services.cache. Node 20 has nothing of its own for this (`module.enableCompileCache` came with 22). A cache that does
// not fit this V8, its flags or the file is refused by V8, which then compiles as always.
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { wrap } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const file = join(__dirname, 'services.js');
const cache = join(__dirname, 'services.cache');

const script = new Script(wrap(readFileSync(file, 'utf8')), {
  filename: file,
  cachedData: existsSync(cache) ? readFileSync(cache) : undefined,
});
const services = { exports: {} };
script.runInThisContext()(services.exports, require, services, file, __dirname);

exports.fromCache = script.cachedDataRejected === false;

exports.start = (service) => services.exports.starts[service]();

/** Compiled are the functions that were called: those that define the modules. */
exports.writeCache = () => {
  services.exports.load();
  writeFileSync(cache, script.createCachedData());
};
