// fast-check as the tests see it. Where PROPERTY_SEED is named, every run asks the same questions: `.ci/run` names one, so
// that a commit which passed once passes again. Without it each run asks new ones.
const fc = require('../node_modules/fast-check/lib/cjs/fast-check.js');

const seed = process.env.PROPERTY_SEED;
if (seed) fc.configureGlobal({ seed: Number(seed) });

module.exports = fc;
