import { readFileSync } from 'node:fs';
import { AppError, type Agency, type AgencyKind, type Directory } from '@liaison/kernel';
import { parseDirectory } from './parse-directory';

/** The directory from a file, read once. */
export class FileDirectory implements Directory {
  private readonly byId: ReadonlyMap<string, Agency>;
  private readonly sorted: readonly Agency[];

  constructor(agencies: readonly Agency[]) {
    this.sorted = [...agencies].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.byId = new Map(this.sorted.map((agency) => [agency.id, agency]));
  }

  /** @throws AppError `directory-unreadable`, `directory-invalid`. */
  static fromFile(path: string): FileDirectory {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (cause) {
      throw new AppError('directory-unreadable', `Make DIRECTORY_FILE name a readable file: ${path}`, {
        cause,
      });
    }
    return new FileDirectory(parseDirectory(text, path));
  }

  findAgency(id: string): Agency | undefined {
    return this.byId.get(id);
  }

  competentAgencies(kind: AgencyKind, departement: string): readonly Agency[] {
    return this.sorted.filter((agency) => agency.kind === kind && agency.competentFor.includes(departement));
  }

  agencies(): readonly Agency[] {
    return this.sorted;
  }
}
