// Preloaded into a service (`node --require`): ends or stops it at an exact line of delivery, so that the product itself
// has no code for it. Environment:
//   LIAISON_CRASH_AT      <stage>[:n], the n-th time (default 1) that the stage of libs/messaging/src/stages.ts is reached
//   LIAISON_CRASH_SIGNAL  SIGKILL (default) or SIGSTOP
//   LIAISON_CRASH_TOPIC   counts only what concerns this topic
const { subscribe } = require('node:diagnostics_channel');
const { writeSync } = require('node:fs');

const {
  LIAISON_CRASH_AT: at,
  LIAISON_CRASH_SIGNAL: signal = 'SIGKILL',
  LIAISON_CRASH_TOPIC: topic,
} = process.env;

const SIGNALS = ['SIGKILL', 'SIGSTOP'];
const STAGES = ['prepared', 'frozen', 'published', 'marked', 'received', 'redriving', 'redriven', 'notified'];
const STANDARD_ERROR = 2;

if (at) {
  const [, stage, nth = '1'] = /^([a-z]+)(?::([1-9]\d*))?$/.exec(at) ?? [];
  if (!STAGES.includes(stage) || !SIGNALS.includes(signal)) {
    throw new Error(`LIAISON_CRASH_AT=${at} LIAISON_CRASH_SIGNAL=${signal}: no such stage or signal`);
  }
  let reached = 0;
  subscribe(`liaison.messaging.${stage}`, (message) => {
    if (topic && message.topic !== topic) return;
    reached += 1;
    if (reached !== Number(nth)) return;
    writeSync(STANDARD_ERROR, `${signal} at ${stage} of ${message.topic}/${message.partition}\n`);
    process.kill(process.pid, signal);
    // The kernel may deliver the signal to another thread first: not one line more runs before it does.
    const nobody = new Int32Array(new SharedArrayBuffer(4));
    Atomics.wait(nobody, 0, 0, signal === 'SIGKILL' ? Infinity : 100);
  });
}
