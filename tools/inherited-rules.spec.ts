import { getMetadataStorage } from 'class-validator';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Rules = new () => object;

const rulesOf = (of: Rules): string[] =>
  getMetadataStorage()
    .getTargetValidationMetadatas(of, '', false, false)
    .map(({ propertyName, type, name = '' }) => `${propertyName}: ${name || type}`);

/** Rules of what a class extends that do not hold for it. */
const lostBy = (of: Rules): string[] => {
  const own = new Set(rulesOf(of));
  return rulesOf(Object.getPrototypeOf(of) as Rules).filter((rule) => !own.has(rule));
};

const isDerived = (it: unknown): it is Rules =>
  typeof it === 'function' && ![Function.prototype, null].includes(Object.getPrototypeOf(it) as null);

const root = join(__dirname, '..');
const files = ['libs', 'apps']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(root, folder, file),
    ),
  )
  .filter((file) => file.includes('/src/') && /(?<!\.(spec|test|child)|main)\.ts$/.test(file))
  .filter((file) => / class \w+ extends \w/.test(readFileSync(file, 'utf8')));

describe('a class that extends another that states rules', () => {
  // class-validator drops every inherited rule of a property for which a class states one of its own: nearly all of them are of one kind to it.
  it('keeps every one of them', async () => {
    const modules = await Promise.all(files.map((file) => import(file) as Promise<Record<string, unknown>>));
    const derived = modules.flatMap((module) => Object.values(module).filter(isDerived));
    expect(derived.filter((of) => rulesOf(of).length > 0).length).toBeGreaterThan(20);
    expect(derived.map((of) => [of.name, lostBy(of)]).filter(([, lost]) => lost?.length)).toEqual([]);
  });
});
