import type { Output } from './output';
import { describe, startSystem, type SystemOptions } from './system';

/** Starts everything, shows it, and stops. @returns the exit code */
export async function demo(options: SystemOptions, output: Output): Promise<number> {
  const stack = await startSystem(options, output);
  try {
    output.result(describe(stack));
    return 0;
  } finally {
    await stack.stop();
  }
}
