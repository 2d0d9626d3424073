import { setImmediate as pause } from 'node:timers/promises';
import { openDocument, RIGHT_TO_LEFT } from '../print/document';
import { Sheet } from '../print/sheet';
import type { CaseExport, ExportedVersion } from './case-export.dto';
import { kindInWords } from './kind-words';
import { pathInWords, RECORD_TITLES, valueInWords, wordOf } from './words';

/**
 * An export as a PDF, the same bytes for the same export. Every page names the case and the audit record, so that a
 * sheet by itself says where it came from.
 */
export async function printExport(content: CaseExport): Promise<Buffer> {
  const { caseId, auditRecord, agency, exportedAt } = content;
  const { document, fonts, done } = await openDocument(
    {
      title: `Dossier ${caseId}`,
      author: agency.name,
      subject: `Consultation ${auditRecord}`,
      at: new Date(exportedAt),
    },
    { marginCm: 2, bufferPages: true },
  );
  const sheet = new Sheet(document, fonts);
  // Other requests are answered in between.
  for (const write of partsOf(content)) {
    write(sheet);
    await pause();
  }
  sheet.finish(`Dossier ${caseId} – consultation ${auditRecord}`);
  return done;
}

type Part = (sheet: Sheet) => void;

function partsOf(content: CaseExport): Part[] {
  const { versions, records, attachments, open, timeline, notes } = content;
  return [
    (sheet) => head(sheet, content),
    titled('Versions', versions.length),
    ...versions.map((version) => (sheet: Sheet) => writeVersion(sheet, version)),
    ...Object.entries(records).flatMap(([kind, items]) => [
      titled(RECORD_TITLES[kind] ?? kind, items.length),
      ...items.map((item, at) => entry(`${at + 1}.`, item)),
    ]),
    titled('Pièces jointes', attachments.length),
    ...attachments.map(({ name, ...rest }, at) => entry(`${at + 1}. ${name ?? 'non montrée'}`, rest)),
    titled('À faire', open.length),
    ...open.map(({ kind, person: _, caseId: __, ...rest }) => entry(kindInWords(kind), rest)),
    titled('Chronologie', timeline.length),
    ...timeline.map(({ at, kind, from, version, detail }) =>
      entry(`${valueInWords(at)} – ${kindInWords(kind)}`, {
        ...(from !== null && { sender: from }),
        version,
        ...detail,
      }),
    ),
    ...(notes
      ? [
          titled('Notes internes – ne quittent pas le service', notes.length),
          ...notes.map(({ at, text, author, corrects }) => (sheet: Sheet) => {
            sheet.heading(valueInWords(at));
            sheet.field('Auteur', author);
            if (corrects !== null) sheet.field('Corrige', corrects);
            sheet.text(text);
          }),
        ]
      : []),
  ];
}

const titled =
  (title: string, count: number): Part =>
  (sheet) => {
    sheet.title(title);
    if (count === 0) sheet.text('Rien.');
  };

const entry =
  (heading: string, members: object): Part =>
  (sheet) => {
    sheet.heading(heading);
    writeMembers(sheet, members, 0);
  };

function head(sheet: Sheet, content: CaseExport): void {
  const { agency, unit, caseId, reference, exportedAt, exportedBy, roles, ground, auditRecord, notes } =
    content;
  sheet.text(`${agency.name} – ${unit}`);
  sheet.title('Export d’un dossier');
  sheet.field('Dossier', caseId);
  sheet.field('Référence', reference);
  sheet.field('Exporté le', valueInWords(exportedAt));
  sheet.field('Par (pseudonyme)', exportedBy);
  sheet.field('Rôles', roles.join(', '));
  sheet.field('Finalité', ground.purpose);
  sheet.field('Fondements', ground.legalBases.join(' ; '));
  if (ground.conventions.length > 0) sheet.field('Conventions', ground.conventions.join(', '));
  sheet.field('Enregistrement de la consultation', auditRecord);
  sheet.gap();
  sheet.text(
    `Pour ${agency.name} seulement. Ce qui n’est pas montré à ce lecteur est signalé, qu’il y ait ou non une valeur.`,
  );
  sheet.text(
    notes
      ? 'Contient des notes internes du service : ce document ne quitte pas le service.'
      : 'Sans les notes internes du service.',
  );
  if (sheet.lacks(JSON.stringify(content))) {
    sheet.text(
      'Un caractère que ces fontes n’ont pas est écrit par son code, ‹U+…› ; l’export JSON l’a tel quel.',
    );
  }
}

function writeVersion(
  sheet: Sheet,
  { version, type, from, at, state, detail, ground, content, withheld, sources }: ExportedVersion,
) {
  sheet.heading(`Version ${version} – ${kindInWords(type)}`);
  sheet.field(from === null ? 'Écrite le' : 'Reçue le', valueInWords(at));
  if (from !== null) sheet.field('De', from);
  sheet.field(wordOf('state'), valueInWords(state, 'state'));
  writeMembers(sheet, detail, 0);
  if (ground.convention !== null) sheet.field('Convention', ground.convention);
  if (ground.articles.length > 0) sheet.field('Articles', ground.articles.join(' ; '));
  writeMembers(sheet, content, 0);
  for (const path of withheld) sheet.field(pathInWords(path), 'non montré');
  // Of one source, the version has said it all.
  if (sources.length > 1) {
    for (const { agency, convention, receivedAt, fields } of sources) {
      const whence = `${agency}, ${convention}, ${valueInWords(receivedAt)}`;
      sheet.field(`Su depuis (${whence})`, fields.map(pathInWords).join(' ; '));
    }
  }
}

/** A tree as indented lines; what has no value has no line. */
function writeMembers(sheet: Sheet, members: object, depth: number): void {
  for (const [name, value] of Object.entries(members)) writeValue(sheet, wordOf(name), value, depth, name);
}

function writeValue(sheet: Sheet, label: string, value: unknown, depth: number, name: string): void {
  if (!hasContent(value)) return;
  if (isScalar(value)) {
    sheet.field(label, valueInWords(value, name), depth);
  } else if (Array.isArray(value) && value.every(isScalar)) {
    const words = value.map((item) =>
      name === 'withheld' ? pathInWords(String(item)) : valueInWords(item, name),
    );
    // In one line the order of words of Arabic or Hebrew would be no longer the list's.
    if (words.some((word) => RIGHT_TO_LEFT.test(word))) {
      for (const word of words) sheet.field(label, word, depth);
    } else {
      sheet.field(label, words.join(', '), depth);
    }
  } else if (Array.isArray(value)) {
    value.forEach((item: unknown, at) => writeValue(sheet, `${label} ${at + 1}`, item, depth, name));
  } else {
    sheet.group(label, depth);
    writeMembers(sheet, value as object, depth + 1);
  }
}

const hasContent = (value: unknown): boolean => {
  if (value === null || value === undefined) return false;
  return isScalar(value) || Object.values(value).some(hasContent);
};

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
