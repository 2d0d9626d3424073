import { nestedClassOf } from './rules';
import { validatedProperties } from './field-category';
import { EVENT_TYPES, type EventType, findEventType } from './registry';
import { dataProblems } from './validation';

/** Versions of event types that an agency understands, by what they are about, such as `{ 'notice.issued': [1, 2] }`. */
type UnderstoodVersions = Readonly<Record<string, readonly number[]>>;

/** More would be a document that has nothing in common with its older version. */
const MOST_CUTS = 200;

/**
 * The type in which an event goes to whoever understands these versions: its own, else the newest older one that there
 * is; nothing where they understand neither. Of what is not named nobody has said anything, so it goes as it is.
 */
export function understoodType(type: string, understands: UnderstoodVersions = {}): string | undefined {
  const { about, version } = partsOf(type);
  const versions = Object.hasOwn(understands, about) ? understands[about] : undefined;
  if (!versions || versions.includes(version)) return type;
  const older = EVENT_TYPES.filter((each) => {
    const parts = partsOf(each.type);
    return parts.about === about && parts.version < version && versions.includes(parts.version);
  });
  return older.sort((a, b) => partsOf(b.type).version - partsOf(a.type).version)[0]?.type;
}

/** `liaison.notice.issued.v2` is version 2 of `notice.issued`. */
function partsOf(type: string): { readonly about: string; readonly version: number } {
  const [, about = type, version = '1'] = /^liaison\.(.+)\.v(\d+)$/.exec(type) ?? [];
  return { about, version: Number(version) };
}

/**
 * What an older version of an event's type can say of its document: fields that it does not have are left out, and so is
 * whatever it would not accept, a list's item as a whole.
 * @returns nothing where what is left would not be valid; what was missing in the document itself is not asked for
 */
export function inOlderVersion(document: unknown, type: string, older: string): object | undefined {
  const [from, to] = [findEventType(type), findEventType(older)];
  if (!from || !to || typeof document !== 'object' || document === null) return undefined;
  const before = Object.keys(dataProblems(from, document) ?? {});
  const left = knownTo(to.class, document) as Section;
  for (let cuts = 0; cuts <= MOST_CUTS; cuts += 1) {
    const problem = firstProblem(to, left, before);
    if (problem === undefined) return left;
    if (!cut(left, problem.split('.'))) return undefined;
  }
  return undefined;
}

function firstProblem(type: EventType, data: object, ignored: readonly string[]): string | undefined {
  return Object.keys(dataProblems(type, data) ?? {}).find((path) => !ignored.includes(path));
}

type Section = Record<string, unknown>;

function knownTo(payload: object, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => knownTo(payload, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    validatedProperties(payload)
      .filter((name) => Object.hasOwn(value, name))
      .map((name) => {
        const inner = (value as Section)[name];
        const nested = nestedClassOf(payload, name);
        return [name, nested ? knownTo(nested, inner) : structuredClone(inner)];
      }),
  );
}

/** Takes away the item of a list that the path leads into, else the field, else the section that lacks it. */
function cut(data: Section, path: readonly string[]): boolean {
  const item = path.findLastIndex((name) => /^\d+$/.test(name));
  if (item > 0) {
    const list = at(data, path.slice(0, item));
    return Array.isArray(list) && list.splice(Number(path[item]), 1).length > 0;
  }
  for (let length = path.length; length > 0; length -= 1) {
    const owner = at(data, path.slice(0, length - 1)) as Section | undefined;
    const name = path[length - 1] ?? '';
    if (owner && Object.hasOwn(owner, name)) return delete owner[name];
  }
  return false;
}

function at(data: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Section | undefined)?.[name], data);
}
