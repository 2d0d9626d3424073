import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@liaison/kernel';
import {
  compilePolicy,
  parseConvention,
  parseStatutory,
  type EventDescription,
  type Policy,
  type PolicySource,
} from '@liaison/sharing-policy';

const sha256 = (text: string) => hash('sha256', text);

interface TextFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Compiles the conventions of a folder (`*.yaml`) and the statutory floors in its `statutory/`. Cases (`*.cases.yaml`)
 * are tests and not read. A floor that is overlooked would release, so a folder without floors, or with files of another
 * kind in it, is refused.
 * @throws AppError `conventions-unreadable`, `convention-invalid`.
 */
export function loadPolicy(folder: string, events: readonly EventDescription[]): Policy {
  return compilePolicy({
    ...readConventions(folder),
    events,
    sha256,
  });
}

/** The conventions and statutory floors of a folder, as `loadPolicy` reads them. */
export function readConventions(folder: string): Pick<PolicySource, 'conventions' | 'statutory'> {
  const statutory = yamlFiles(join(folder, 'statutory'));
  if (statutory.length === 0) {
    throw unreadable(
      `Put the statutory floors into ${join(folder, 'statutory')}: without them nothing may be released.`,
    );
  }
  return {
    conventions: yamlFiles(folder).map(({ text, path }) => parseConvention(text, path, sha256)),
    statutory: statutory.map(({ text, path }) => parseStatutory(text, path)),
  };
}

const IGNORED = /\.(cases\.yaml|schema\.json|md)$/;

function yamlFiles(folder: string): TextFile[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !IGNORED.test(entry.name))
      .map(({ name }) => join(folder, name))
      .sort()
      .map((path) => {
        if (!path.endsWith('.yaml'))
          throw unreadable(`Rename ${path} to .yaml, or remove it: it is not read.`);
        return { path, text: readFileSync(path, 'utf8') };
      });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw unreadable(`Make CONVENTIONS_DIR name a readable folder: ${folder}`, cause);
  }
}

function unreadable(message: string, cause?: unknown): AppError {
  return new AppError('conventions-unreadable', message, { cause });
}
