import { type Decision } from '@liaison/sharing-policy';

export function isOpenField({ fields }: Decision, path: string): boolean {
  const treatment = fields[path]?.treatment;
  return treatment === 'release' || treatment === 'generalise';
}

const openCounts = new WeakMap<Decision['fields'], number>();

/** The engine gives the same object for the same answer. */
export function openFields({ fields }: Pick<Decision, 'fields'>): number {
  let count = openCounts.get(fields);
  if (count === undefined) {
    const open = ({ treatment }: { treatment: string }) =>
      treatment === 'release' || treatment === 'generalise';
    count = Object.values(fields).filter(open).length;
    openCounts.set(fields, count);
  }
  return count;
}
