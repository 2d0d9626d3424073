import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { AppError } from '@liaison/kernel';

/** One document of an input, with the line (from 1) on which it begins. */
export interface TextDocument {
  readonly text: string;
  readonly line: number;
}

const MAX_CHARACTERS = 1_000_000;

/**
 * The JSON documents of an input: one a line where the first line is one by itself, else one over all lines. Lines
 * without anything are passed over. Each is given as soon as it is there.
 * @throws AppError `request-invalid` on an input without a document, or with one that is too long
 */
export async function* jsonDocuments(input: Readable): AsyncGenerator<TextDocument> {
  let line = 0;
  let whole: { text: string; readonly line: number } | undefined;
  let any = false;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    line += 1;
    if ((whole?.text.length ?? 0) + text.length > MAX_CHARACTERS) {
      throw new AppError('request-invalid', `stdin:${line}:1: a request of more than a million characters`);
    }
    if (whole) whole.text += `\n${text}`;
    else if (text.trim() === '') continue;
    else if (any || isJson(text)) yield { text, line };
    else whole = { text, line };
    any = true;
  }
  if (whole) yield whole;
  if (!any) {
    throw new AppError('request-invalid', 'stdin:1:1: nothing to decide: write a request to standard input');
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
