import { AppError } from '@liaison/kernel';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { type PayloadClass, validatedProperties } from './field-category';
import { isDeeperThan, MAX_DEPTH, type Problems, ROOT, unknownField } from './problems';

/** For class-validator wherever it validates a payload: unknown fields are refused, at every level. */
export const PAYLOAD_VALIDATION = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
} as const;

/**
 * Validates a value from outside (an HTTP body) as a payload, by class-validator; the same verdict as the schemas give.
 * Prefer it to a bare `ValidationPipe`: class-transformer drops some unknown names without a word (`toString`,
 * `__proto__`) and recurses without limit.
 * @throws AppError `event-data-invalid`, with paths and never values
 */
export function parsePayload<T extends object>(payload: PayloadClass<T>, value: unknown): T {
  const [instance, problems] = check(payload, value);
  if (!problems) return instance as T;
  throw new AppError('event-data-invalid', `Correct these fields: ${Object.keys(problems).join(', ')}.`, {
    fields: problems,
  });
}

function check<T extends object>(payload: PayloadClass<T>, value: unknown): [T?, Problems?] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [undefined, { [ROOT]: 'must be an object' }];
  }
  if (isDeeperThan(value, MAX_DEPTH)) return [undefined, { [ROOT]: `must nest at most ${MAX_DEPTH} levels` }];
  if (hasInheritedName(value)) return [undefined, { [ROOT]: 'has a field that no event type knows' }];
  const instance = plainToInstance(payload, value);
  const errors = validateSync(instance, PAYLOAD_VALIDATION);
  return errors.length === 0 ? [instance] : [undefined, Object.fromEntries(flatten(errors, ''))];
}

function flatten(errors: readonly ValidationError[], prefix: string): [string, string][] {
  return errors.flatMap((error): [string, string][] => {
    const own = Object.entries(error.constraints ?? {}).map(([name, message]): [string, string] =>
      name === 'whitelistValidation'
        ? [
            prefix.slice(0, -1) || ROOT,
            unknownField(validatedProperties(error.target?.constructor ?? Object)),
          ]
        : [prefix + error.property, withoutName(message)],
    );
    return [...own, ...flatten(error.children ?? [], `${prefix}${error.property}.`)];
  });
}

/** "each value in documents must be …": the path says the name. */
function withoutName(message: string): string {
  return message.replace(/^(each value in )?\S+ /, (_, each?: string) => (each ? `${each}it ` : ''));
}

/** A name that every object inherits, such as `toString`: no field is called so, and class-transformer skips it. */
function hasInheritedName(value: object): boolean {
  return Object.entries(value).some(
    ([name, member]) =>
      (!Array.isArray(value) && name in Object.prototype) ||
      (typeof member === 'object' && member !== null && hasInheritedName(member as object)),
  );
}
