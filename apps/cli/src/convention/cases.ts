import { failuresOf, parseCases, type Policy } from '@liaison/sharing-policy';
import type { Output } from '../output';
import { casesOf, readText } from './convention-set';

/**
 * Runs the cases that stand beside conventions.
 * @returns how many failed
 * @throws AppError `cases-invalid`, with file, line and column
 */
export function runCases(paths: readonly string[], policy: Policy, output: Output): number {
  const files = [...new Set(paths.flatMap(casesOf))];
  const cases = files.flatMap((file) => parseCases(readText(file), file));
  const failed = cases.flatMap((each) => {
    const failures = failuresOf(each, policy);
    return failures.length === 0 ? [] : [{ source: each.source, name: each.name, failures }];
  });
  for (const { source, name, failures } of failed) {
    output.say(`${source}: ${name}`);
    for (const failure of failures) output.say(`  ${failure}`);
  }
  output.say(`${cases.length - failed.length} passed, ${failed.length} failed, in ${files.length} files`);
  output.result({ passed: cases.length - failed.length, failed });
  return failed.length;
}
