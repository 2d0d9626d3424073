import { openDocument } from '@liaison/casework';
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

/**
 * The receipt as a PDF, the same bytes whenever it is printed. Whoever is shown it learns of the right to stay and its
 * last day, not why (R32): the article, and no word more.
 */
export async function printReceipt(receipt: ReceiptContent): Promise<Buffer> {
  const { number, prefecture, openedAt } = receipt;
  const { document, done } = await openDocument({
    title: `Récépissé ${number}`,
    author: prefecture,
    at: openedAt,
  });
  write(document, receipt);
  document.end();
  return done;
}

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
