// The worker's own globals, for `runtime.cjs`. What a suite changes in the environment of the process is put back.
const { ModuleMocker } = require('jest-mock');

/** What `jest.setTimeout` and jest-circus leave for the next suite. */
const OF_ONE_SUITE = [Symbol.for('TEST_TIMEOUT_SYMBOL'), Symbol.for('EVENT_HANDLERS')];

class SharedGlobals {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  fakeTimers = null;
  fakeTimersModern = null;
  #before = {
    env: { ...process.env },
    exit: process.exit,
    exitCode: process.exitCode,
    console: globalThis.console,
  };

  async setup() {}

  async teardown() {
    const { env, exit, exitCode, console } = this.#before;
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
    process.exit = exit;
    process.exitCode = exitCode;
    globalThis.console = console;
    for (const key of OF_ONE_SUITE) delete globalThis[key];
  }

  getVmContext() {
    return null;
  }

  exportConditions() {
    return ['@liaison/source', 'node', 'require', 'default'];
  }
}

module.exports = SharedGlobals;
