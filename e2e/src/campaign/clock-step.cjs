// Preloaded into a service (`node --require`): its clock is wrong by as many seconds as a file says, from the moment that
// the file says so. Timers are not concerned: an operator who sets a clock does not stop time. Environment:
//   LIAISON_CLOCK_FILE  holds a number of seconds; absent or empty: none
const { readFileSync } = require('node:fs');

const file = process.env.LIAISON_CLOCK_FILE;
const WATCH_MS = 50;

if (file) {
  const RealDate = Date;
  let offsetMs = 0;
  const read = () => {
    try {
      offsetMs = Number(readFileSync(file, 'utf8')) * 1000 || 0;
    } catch {
      offsetMs = 0;
    }
  };
  const now = () => RealDate.now() + offsetMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
  read();
  setInterval(read, WATCH_MS).unref();
}
