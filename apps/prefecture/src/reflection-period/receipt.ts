import type { Font } from 'fontkit';
import { readFileSync } from 'node:fs';
import type { Holder } from '../holder';
import type { Day } from '../law/days';

export interface ReceiptContent {
  readonly number: string;
  readonly prefecture: string;
  readonly holder: Holder;
  readonly from: Day;
  readonly lastDay: Day;
  readonly article: string;
  /** Of the register: the document bears it instead of the hour at which it is printed. */
  readonly openedAt: Date;
}

const POINTS_PER_CM = 72 / 2.54;
const MARGIN = 2.5 * POINTS_PER_CM;

/**
 * The receipt as a PDF, the same bytes whenever it is printed. Whoever is shown it learns of the right to stay and its
 * last day, not why (R32): the article, and no word more.
 */
export async function printReceipt(receipt: ReceiptContent): Promise<Buffer> {
  // Loaded on first use, as the font is: a service that prints nothing does not hold them.
  const { default: PDFDocument } = await import('pdfkit');
  const document = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    lang: 'fr-FR',
    info: {
      Title: `Récépissé ${receipt.number}`,
      Author: receipt.prefecture,
      CreationDate: receipt.openedAt,
    },
  });
  const done = collect(document);
  document.registerFont('regular', fontFile());
  document.registerFont('bold', boldFontFile());
  write(document, receipt);
  document.end();
  return done;
}

/** Whether the receipt's font has every character, and writes them from left to right. */
export async function isPrintable(text: string): Promise<boolean> {
  if (RIGHT_TO_LEFT.test(text)) return false;
  const glyphs = await loadFont();
  return [...text.normalize('NFC')].every((character) =>
    glyphs.hasGlyphForCodePoint(character.codePointAt(0) ?? 0),
  );
}

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

function write(document: PDFKit.PDFDocument, receipt: ReceiptContent): void {
  const { number, prefecture, holder, from, lastDay, article } = receipt;
  const line = (font: 'regular' | 'bold', size: number, text: string, gap = 0.5) => {
    document.font(font).fontSize(size).text(text.normalize('NFC')).moveDown(gap);
  };
  line('regular', 10, 'RÉPUBLIQUE FRANÇAISE', 0.2);
  line('bold', 12, prefecture, 2);
  line('bold', 18, 'Récépissé', 0.2);
  line('regular', 11, `n° ${number}`, 1.5);
  for (const [label, value] of fieldsOf(holder)) {
    line('regular', 9, label, 0);
    line('bold', 12, value, 0.5);
  }
  document.moveDown(1);
  line('regular', 11, `Délivré en application de l’article ${french(article)}.`);
  line('bold', 12, `Valable du ${dayOf(from)} au ${dayOf(lastDay)} inclus.`);
  line('regular', 11, 'Son titulaire est autorisé à séjourner en France et à y travailler.');
  line(
    'regular',
    11,
    'Pendant sa durée de validité, aucune mesure d’éloignement ne peut être prise à l’encontre de son titulaire, ni exécutée.',
    3,
  );
  line('regular', 10, `Remis le ${dayOf(from)}`, 2);
  line('regular', 10, 'Signature de l’agent et timbre du service');
}

function fieldsOf(holder: Holder): readonly (readonly [string, string])[] {
  const { familyName, givenNames, birthDate, birthPlace, nationality } = holder;
  const fields = [
    ['Nom', familyName],
    ['Prénoms', givenNames],
    ['Né(e) le', birthDate?.split('-').reverse().join('/')],
    ['Lieu de naissance', birthPlace],
    ['Nationalité', nationality && countryName(nationality)],
  ] as const;
  return fields.flatMap(([label, value]) => (value ? [[label, value] as const] : []));
}

const dayOf = (day: Day): string => day.split('-').reverse().join('/');

/** `CESEDA R425-2` as a French reader expects it. */
const french = (article: string): string =>
  article.replaceAll(/\bCESEDA ([LR])(\d)/g, '$1. $2').concat(' du CESEDA');

const countryName = (code: string): string =>
  new Intl.DisplayNames(['fr'], { type: 'region' }).of(code) ?? code;

const fontFile = (): string => require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
const boldFontFile = (): string => require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf');

let font: Font | undefined;

async function loadFont(): Promise<Font> {
  if (!font) {
    const { create } = await import('fontkit');
    font = create(readFileSync(fontFile())) as Font;
  }
  return font;
}

function collect(document: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
    document.on('error', reject);
  });
}
