import { readFile } from 'node:fs/promises';
import { AppError, type Directory } from '@liaison/kernel';
import { FileDirectory, parseDirectory } from '@liaison/platform';
import { directoryFile } from './services';

/**
 * @param file else the demonstration's
 * @throws AppError `directory-unreadable`, or what `parseDirectory` throws
 */
export async function readDirectory(file: string = directoryFile): Promise<Directory> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError(
      'directory-unreadable',
      `The directory ${file} cannot be read. Name a file that can.`,
      { cause },
    );
  });
  return new FileDirectory(parseDirectory(text, file));
}
