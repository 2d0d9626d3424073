import { type Agency, AppError, type Clock } from '@liaison/kernel';
import { auditFields, Dispatcher, noteRead } from '@liaison/messaging';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Acts } from '../acts';
import { AGENCY, CLOCK } from '../agency/tokens';
import { Attachments } from '../attachments/attachments';
import { Cases, type ReadableCase, type ReadableVersion } from '../cases/cases';
import { Desk } from '../desk/desk';
import { Notes } from '../notes/notes';
import { decidedFields } from '../policy/decided-fields';
import { type SeenVersion, sourceViews } from '../provenance/field-sources';
import { groundOf } from '../timeline/ground';
import { Timeline } from '../timeline/timeline';
import type { CaseExport, ExportedVersion, ExportFormat } from './case-export.dto';
import {
  EXPORT_SOURCE,
  type ExportedRecords,
  type ExportSource,
  ownFields,
  type ShownFields,
} from './export-source';

/** Of each kind of entry. */
const MOST: Readonly<Record<string, number>> = {
  versions: 200,
  records: 200,
  attachments: 200,
  timeline: 2_000,
  notes: 2_000,
};
/** Characters of the whole, as JSON; as many as a PDF may have are some 130 pages and two seconds of work. */
const MOST_CHARACTERS: Readonly<Record<ExportFormat, number>> = { json: 8_000_000, pdf: 400_000 };
/** Of an audit record. */
const MOST_LEGAL_BASES = 50;

/** Everything that one reader may see of a case, in one answer with one audit record. */
@Injectable()
export class CaseExports {
  constructor(
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(EXPORT_SOURCE) private readonly source: ExportSource,
    private readonly acts: Acts,
    private readonly cases: Cases,
    private readonly timeline: Timeline,
    private readonly desk: Desk,
    private readonly notes: Notes,
    private readonly attachments: Attachments,
    private readonly dispatcher: Dispatcher,
  ) {}

  /**
   * Nothing is recorded of what is refused.
   * @throws AppError `case-not-found`, `export-too-large`
   */
  async read(
    identity: Identity,
    caseId: string,
    { format, notes }: { readonly format: ExportFormat; readonly notes: boolean },
  ): Promise<CaseExport> {
    const lanes: number[] = [];
    const answer = await this.acts.read(identity, async (manager) => {
      const found = await this.cases.getOpened(manager, identity, caseId);
      const versions = within(
        'versions',
        await this.cases.versions(manager, identity, caseId, limitOf('versions')),
      );
      const records = await this.source.read(manager, identity, found, MOST['records'] ?? 0);
      const content = {
        versions: versions.map((version, index) => ({
          ...versionOf(version),
          sources: sourceViews(versions.slice(index).flatMap(seenVersion)),
        })),
        records: Object.fromEntries(records.map(({ kind, items }) => [kind, within('records', items)])),
        attachments: within(
          'attachments',
          await this.attachments.ofCase(manager, identity, found, limitOf('attachments')),
        ),
        open: await this.desk.ofCase(manager, identity, caseId),
        timeline: within(
          'timeline',
          await this.timeline.ofCase(manager, identity, caseId, limitOf('timeline')),
        ),
        notes: notes
          ? within('notes', await this.notes.ofCase(manager, identity, caseId, limitOf('notes')))
          : null,
      };
      requireSize(content, format);
      const legalBases = legalBasesOf(found, versions, records);
      const auditRecord = await this.cases.recordExport(manager, identity, found, {
        fields: shownIn(versions, records, [`export.${format}`, ...ownPartsOf(content)]),
        legalBases,
      });
      lanes.push(...(await tellReading(manager, versions)));
      return {
        formatVersion: 1,
        auditRecord,
        exportedAt: this.clock.now().toISOString(),
        exportedBy: identity.pseudonym,
        roles: [...identity.roles],
        agency: { id: this.agency.id, name: this.agency.name },
        unit: identity.unit,
        caseId,
        reference: found.reference,
        ground: { purpose: found.held.purpose, legalBases, conventions: conventionsOf(versions) },
        ...content,
      };
    });
    if (lanes.length > 0) this.dispatcher.wake(lanes);
    return answer;
  }
}

/** One more than is shown, so that what is cut off is noticed. */
const limitOf = (kind: string): number => (MOST[kind] ?? 0) + 1;

function within<T>(kind: string, entries: readonly T[]): readonly T[] {
  if (entries.length < limitOf(kind)) return entries;
  throw new AppError(
    'export-too-large',
    `The case has more than ${MOST[kind]} entries of one kind (${kind}): read them in pages, from their own routes.`,
  );
}

function requireSize(content: object, format: ExportFormat): void {
  if (JSON.stringify(content).length <= MOST_CHARACTERS[format]) return;
  throw new AppError(
    'export-too-large',
    format === 'pdf'
      ? 'The case is too long to be printed: export it with format=json, or without its notes.'
      : 'The case is too long for one answer: read it in pages, from its own routes.',
  );
}

function versionOf({ id, version, held, at, state, detail, data, withheld, decision }: ReadableVersion) {
  const answer: Omit<ExportedVersion, 'sources'> = {
    id,
    version,
    type: held.type,
    from: held.provenance?.agency ?? null,
    at: at.toISOString(),
    state,
    detail: { ...detail },
    ground: groundOf({ held, data, decision }),
    content: data as Record<string, unknown>,
    withheld,
  };
  return answer;
}

/** Nothing of what the agency wrote itself, or of what was taken back. */
function seenVersion({ held, at, data }: ReadableVersion): SeenVersion[] {
  const { provenance } = held;
  return provenance && Object.keys(data as object).length > 0 ? [{ provenance, receivedAt: at, data }] : [];
}

/** Parts that every service has, where there is something in them. */
const ownPartsOf = (content: {
  readonly attachments: readonly object[];
  readonly timeline: readonly object[];
  readonly notes: readonly object[] | null;
}): string[] =>
  (['timeline', 'attachments', 'notes'] as const).filter((part) => (content[part]?.length ?? 0) > 0);

/** One entry per distinct answer, whatever showed it: the same field may be open in one version and not in another. */
function shownIn(
  versions: readonly ReadableVersion[],
  records: readonly ExportedRecords[],
  own: readonly string[],
): ShownFields[] {
  const shown = [
    ...versions.flatMap(({ decision }) => auditFields(decidedFields(decision))),
    ...records.flatMap(({ fields, items }) => (items.length > 0 ? fields : [])),
    ownFields(...own),
  ];
  const merged = new Map<string, { treatment: ShownFields['treatment']; rules: string[]; paths: string[] }>();
  for (const { treatment, rules, paths } of shown) {
    const key = `${treatment} ${rules.join(' ')}`;
    const entry = merged.get(key) ?? { treatment, rules: [...rules], paths: [] };
    entry.paths = [...new Set([...entry.paths, ...paths])];
    merged.set(key, entry);
  }
  return [...merged.values()];
}

function legalBasesOf(
  { decision }: ReadableCase,
  versions: readonly ReadableVersion[],
  records: readonly ExportedRecords[],
): string[] {
  const all = [
    ...decision.legalBases,
    ...versions.flatMap((version) => version.decision.legalBases),
    ...records.flatMap(({ items, legalBases }) => (items.length > 0 ? legalBases : [])),
  ];
  return [...new Set(all)].slice(0, MOST_LEGAL_BASES);
}

const conventionsOf = (versions: readonly ReadableVersion[]): string[] =>
  [...new Set(versions.flatMap(({ held }) => held.provenance?.convention ?? []))].sort();

/** An export is a reading: whoever sent it under a convention that wants to know is told. @returns lanes to wake */
async function tellReading(manager: EntityManager, versions: readonly ReadableVersion[]): Promise<number[]> {
  const lanes: number[] = [];
  for (const { held, reference, decision } of versions) {
    const { provenance } = held;
    if (!provenance || !decision.obligations.some(({ kind }) => kind === 'tell-when-read')) continue;
    const event = { sender: provenance.agency, reference, eventId: provenance.event };
    lanes.push(...(await noteRead(manager, event)));
  }
  return lanes;
}
