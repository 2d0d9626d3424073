import type { Output } from './output';
import { startSystem, type SystemOptions } from './system';
import { showSystem } from './show-system';

/** Starts everything, shows it, and stops. @returns the exit code */
export async function demo(options: SystemOptions, output: Output): Promise<number> {
  const stack = await startSystem(options, output);
  try {
    output.result(await showSystem(stack, output));
    output.say('npm start does the same and stays up.');
    return 0;
  } finally {
    await stack.stop();
  }
}
