import { type Fonts, fontsOf, printableCharacters } from './fonts';

export interface PrintedDocument {
  readonly document: PDFKit.PDFDocument;
  readonly fonts: Fonts;
  /** The bytes, once the document was ended. */
  readonly done: Promise<Buffer>;
}

const POINTS_PER_CM = 72 / 2.54;

/**
 * A document on A4, in French: the same bytes for the same content.
 * @param at stands in it instead of the time at which it is printed
 */
export async function openDocument(
  info: { readonly title: string; readonly author: string; readonly subject?: string; readonly at: Date },
  { marginCm = 2.5, bufferPages = false } = {},
): Promise<PrintedDocument> {
  // Loaded on first use, as the font is: a service that prints nothing does not hold them.
  const { default: PDFDocument } = await import('pdfkit');
  const document = new PDFDocument({
    size: 'A4',
    margin: marginCm * POINTS_PER_CM,
    lang: 'fr-FR',
    bufferPages,
    info: {
      Title: info.title,
      Author: info.author,
      ...(info.subject !== undefined && { Subject: info.subject }),
      CreationDate: info.at,
    },
  });
  const done = collect(document);
  return { document, fonts: await fontsOf(document), done };
}

/** Whether the font `regular` has every character, and writes them from left to right. */
export async function isPrintable(text: string): Promise<boolean> {
  if (RIGHT_TO_LEFT.test(text)) return false;
  const has = await printableCharacters();
  return [...text.normalize('NFC')].every(has);
}

export const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

function collect(document: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
    document.on('error', reject);
  });
}
