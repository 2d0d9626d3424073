import { AppError } from '@liaison/kernel';
import { type ArgumentMetadata, ValidationPipe, type PipeTransform } from '@nestjs/common';
import { getMetadataStorage, IS_OPTIONAL, type ValidationError } from 'class-validator';

/** More would help nobody, and a hostile body could ask for thousands. */
const MAX_FIELDS = 50;

/** One refused part: JSON Pointer and what it should be, without the value. */
export interface InvalidField {
  readonly pointer: string;
  readonly detail: string;
}

/** @returns the error that a controller's caller gets as 400 with `errors`. */
export function invalidRequest(fields: readonly InvalidField[]): AppError {
  return new AppError('invalid-request', 'Some parts of the request are not what they should be.', {
    fields: Object.fromEntries(fields.slice(0, MAX_FIELDS).map(({ pointer, detail }) => [pointer, detail])),
  });
}

const CHECKED_ELSEWHERE = Symbol('members checked elsewhere');

/**
 * On a member of a DTO that holds a document of its own, which a compiled schema checks afterwards (`@IsObject()` says
 * that it is an object): it comes through as it was sent. class-transformer would copy it whole, at five times the
 * price of checking it.
 */
export function CheckedElsewhere(): PropertyDecorator {
  return (prototype, name) => {
    Reflect.defineMetadata(CHECKED_ELSEWHERE, [...membersCheckedElsewhere(prototype), name], prototype);
  };
}

function membersCheckedElsewhere(prototype: object | undefined): readonly string[] {
  return (prototype && (Reflect.getMetadata(CHECKED_ELSEWHERE, prototype) as string[] | undefined)) ?? [];
}

const MAY_BE_ABSENT = Symbol('body that may be absent');

/** On a body of which everything has a default: the route does the same without one, and its handler gets `undefined`. */
export function MayBeAbsent(): ClassDecorator {
  return (type) => {
    Reflect.defineMetadata(MAY_BE_ABSENT, true, type);
  };
}

const NO_BODY: InvalidField = {
  pointer: '',
  detail:
    'is missing: send a JSON object with Content-Type: application/json, {} where nothing in it is said',
};

/** Validates the rest with an empty object in such a member's place. */
class BodyPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // ValidationPipe takes no body for an empty one: whoever forgot it would have stored that nothing was said.
    if (metadata.type === 'body' && value === undefined) {
      if (metadata.metatype && Reflect.hasOwnMetadata(MAY_BE_ABSENT, metadata.metatype)) return undefined;
      throw invalidRequest([NO_BODY]);
    }
    const documents = membersCheckedElsewhere(metadata.metatype?.prototype as object | undefined).flatMap(
      (name) => (isObject(value) && isObject(value[name]) ? [[name, value[name]] as const] : []),
    );
    if (!isObject(value) || documents.length === 0) {
      return withoutNulls(await super.transform(value, metadata));
    }
    const placeholders = Object.fromEntries(documents.map(([name]) => [name, {}]));
    const dto = (await super.transform({ ...value, ...placeholders }, metadata)) as object;
    return Object.assign(withoutNulls(dto) as object, Object.fromEntries(documents));
  }
}

/** `IsOptional` accepts null for a member: it is left out then, so that no handler has to know two kinds of nothing. */
function withoutNulls(dto: unknown): unknown {
  if (Array.isArray(dto)) dto.forEach(withoutNulls);
  else if (isObject(dto)) {
    const optional = optionalMembers(dto.constructor);
    for (const [name, member] of Object.entries(dto)) {
      if (member === null && optional.has(name)) delete dto[name];
      else withoutNulls(member);
    }
  }
  return dto;
}

const OPTIONAL_MEMBERS = new WeakMap<object, ReadonlySet<string>>();

function optionalMembers(type: object): ReadonlySet<string> {
  const known = OPTIONAL_MEMBERS.get(type);
  if (known) return known;
  const rules = getMetadataStorage().getTargetValidationMetadatas(type as new () => object, '', false, false);
  const names = new Set(
    rules.filter(({ name }) => name === IS_OPTIONAL).map(({ propertyName }) => propertyName),
  );
  OPTIONAL_MEMBERS.set(type, names);
  return names;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The global pipe: what a DTO does not name is refused, nothing is converted unless the DTO says so. */
export function validationPipe(): ValidationPipe {
  return new BodyPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    transformOptions: { enableImplicitConversion: false },
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => invalidRequest(fieldsOf(errors, '')),
  });
}

function fieldsOf(errors: readonly ValidationError[], parent: string): InvalidField[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const pointer = `${parent}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const details = Object.values(constraints ?? {}).map((message) =>
      message.startsWith('property ') ? 'is not known here' : message.replace(`${property} `, ''),
    );
    const own = details.length > 0 ? [{ pointer, detail: details.join('; ') }] : [];
    return [...own, ...fieldsOf(children ?? [], pointer)];
  });
}

/**
 * A body parameter that is checked by a compiled schema instead of class-validator, for hot paths:
 * `@Body(new SchemaPipe(check)) body: object`. `check` returns what is wrong; nothing means valid.
 */
export class SchemaPipe implements PipeTransform<unknown> {
  constructor(private readonly check: (value: unknown) => readonly InvalidField[]) {}

  transform(value: unknown): unknown {
    const fields = this.check(value);
    if (fields.length > 0) throw invalidRequest(fields);
    return value;
  }
}
