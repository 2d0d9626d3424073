// `node --conditions=@liaison/source -r ts-hook.cjs child.ts`: a child process of a test runs from the sources.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const { exclude, $schema, ...swc } = JSON.parse(readFileSync(join(__dirname, '../../../.swcrc'), 'utf8'));

require.extensions['.ts'] = (module, filename) => {
  const source = readFileSync(filename, 'utf8');
  const { code } = transformSync(source, { ...swc, swcrc: false, sourceMaps: 'inline', filename });
  module._compile(code, filename);
};
