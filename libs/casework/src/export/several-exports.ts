import type { ExportedRecords, ExportSource } from './export-source';

/** Of a service that holds records of several features beside a case. */
export class SeveralExports implements ExportSource {
  constructor(private readonly sources: readonly ExportSource[]) {}

  async read(...asked: Parameters<ExportSource['read']>): Promise<readonly ExportedRecords[]> {
    const records: ExportedRecords[] = [];
    for (const source of this.sources) records.push(...(await source.read(...asked)));
    return records;
  }
}
