import { readFile } from 'node:fs/promises';
import { AppError, type Directory } from '@liaison/kernel';
import { FileDirectory, parseDirectory } from '@liaison/platform';

/** @throws AppError `directory-unreadable`, or what `parseDirectory` throws */
export async function readDirectory(file: string): Promise<Directory> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError(
      'directory-unreadable',
      `The directory ${file} cannot be read. Name a file that can.`,
      { cause },
    );
  });
  return new FileDirectory(parseDirectory(text, file));
}
