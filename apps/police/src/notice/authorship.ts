import { AppError, type Agency } from '@liaison/kernel';

/** Kinds of agency that author notices: investigating services (R06). */
export const AUTHOR_KINDS: readonly string[] = ['police'];

/** @throws AppError `not-an-author` */
export function requireAuthor({ kind }: Agency): void {
  if (AUTHOR_KINDS.includes(kind)) return;
  throw new AppError(
    'not-an-author',
    'Only investigating services (police, gendarmerie) author notices (R06): what others detect is another document.',
  );
}
