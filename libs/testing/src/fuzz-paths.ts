import type { OpenAPIObject } from '@nestjs/swagger';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Document = Pick<OpenAPIObject, 'paths' | 'components'>;

const DOCUMENTS = join(__dirname, '../../../docs/openapi');
/** Each leaves out what one before it documents. */
const ORDER = ['police', 'prefecture', 'ase', 'association', 'partner'];

/**
 * The paths of a service that no service before it documents in the same words, down to the last member: those come from the
 * same code and are asked there.
 */
export function ownPaths(service: string, document: Document): readonly string[] {
  const before = ORDER.slice(0, Math.max(0, ORDER.indexOf(service))).map(documentOf);
  // The document that is built has members that are undefined; those on disk have not.
  const own = JSON.parse(JSON.stringify(document)) as Document;
  return Object.keys(own.paths).filter(
    (path) =>
      !before.some((other) => path in other.paths && spelledOut(other, path) === spelledOut(own, path)),
  );
}

const documentOf = (service: string): Document =>
  JSON.parse(readFileSync(join(DOCUMENTS, `${service}.json`), 'utf8')) as Document;

/** What a document says of a path, with every schema that it refers to. */
function spelledOut({ paths, components }: Document, path: string): string {
  const schemas = new Map<string, unknown>();
  const collect = (value: unknown): void => {
    for (const [, name] of JSON.stringify(value ?? null).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      if (name === undefined || schemas.has(name)) continue;
      schemas.set(name, components?.schemas?.[name]);
      collect(schemas.get(name));
    }
  };
  collect(paths[path]);
  return JSON.stringify([paths[path], [...schemas].sort(([a], [b]) => a.localeCompare(b))]);
}
