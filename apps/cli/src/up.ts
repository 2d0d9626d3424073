import type { Output } from './output';
import { showSystem } from './show-system';
import { loadSamples } from './samples/load-samples';
import { addressLines, startSystem, type SystemOptions } from './system';
import { untilStopped } from './until-stopped';

/** Starts everything, shows it and stays until it is told to stop. @returns the exit code */
export async function up(
  { samples, ...options }: SystemOptions & { readonly samples: boolean },
  output: Output,
): Promise<number> {
  const stack = await startSystem(options, output);
  try {
    const shown = await showSystem(stack, output);
    if (samples) {
      await loadSamples({ issuer: stack.issuer, police: stack.service('police').url }, output.say);
    }
    for (const line of addressLines(stack)) output.say(line);
    output.say('To try next, in a shell:');
    output.say('');
    for (const line of shown.walkthrough.next.commands) output.say(line);
    output.say('');
    output.result(shown);
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
