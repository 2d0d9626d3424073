import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NoticeIssuedV2 } from '@liaison/contracts';
import { parse } from 'yaml';

/** An invented notice, the situation that it is drawn from, and what the loader does with it. */
export interface Sample {
  readonly title: string;
  /** Which of the sources tells of it. */
  readonly source: string;
  readonly becomes: 'draft' | 'issued' | 'amended' | 'moved' | 'withdrawn';
  readonly content: NoticeIssuedV2;
  /** With what it is amended, moved or withdrawn. */
  readonly change?: Readonly<Record<string, unknown>>;
}

const FILE = join(__dirname, '..', '..', 'data', 'samples.yaml');

export const readSamples = (): readonly Sample[] => parse(readFileSync(FILE, 'utf8')) as Sample[];
