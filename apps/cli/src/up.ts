import type { Output } from './output';
import { addressLines, describe, startSystem, type SystemOptions } from './system';
import { untilStopped } from './until-stopped';

/** Starts everything and stays until it is told to stop. @returns the exit code */
export async function up(options: SystemOptions, output: Output): Promise<number> {
  const stack = await startSystem(options, output);
  try {
    for (const line of addressLines(stack)) output.say(line);
    output.result(describe(stack));
    output.say('Ctrl-C stops everything.');
    const ending = await untilStopped(stack);
    if (ending.kind === 'asked') return 0;
    output.say(`${ending.name} ended by itself, so everything stops. What it said: ${ending.logFile}`);
    return 1;
  } finally {
    output.say('Stopping…');
    await stack.stop();
  }
}
