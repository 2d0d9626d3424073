import type { Font } from 'fontkit';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A font of the document: `regular` and `bold` have most scripts, `han` what these lack of Chinese and Japanese. */
export type FontName = 'regular' | 'bold' | 'han';

/** The font that has a character, beside `regular` its bold; nothing where none has it. */
export type FontOf = (character: string) => 'regular' | 'han' | undefined;

export interface PrintedDocument {
  readonly document: PDFKit.PDFDocument;
  readonly fontOf: FontOf;
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
  document.registerFont('regular', fontFile());
  document.registerFont('bold', boldFontFile());
  return { document, fontOf: await fontsOf(document), done };
}

/** Eight megabytes are read for a document that has a Chinese name, and for no other. */
async function fontsOf(document: PDFKit.PDFDocument): Promise<FontOf> {
  const { create } = await import('fontkit');
  const regular = await printableCharacters();
  let han: Font | undefined;
  const openHan = (): Font => {
    const bytes = readFileSync(hanFontFile());
    document.registerFont('han', bytes);
    return create(bytes) as Font;
  };
  const known = new Map<string, ReturnType<FontOf>>();
  return (character) => {
    if (regular(character)) return 'regular';
    if (!known.has(character)) {
      han ??= openHan();
      known.set(character, han.hasGlyphForCodePoint(character.codePointAt(0) ?? 0) ? 'han' : undefined);
    }
    return known.get(character);
  };
}

/** Whether the font `regular` has every character, and writes them from left to right. */
export async function isPrintable(text: string): Promise<boolean> {
  if (RIGHT_TO_LEFT.test(text)) return false;
  const has = await printableCharacters();
  return [...text.normalize('NFC')].every(has);
}

/** Says of a character whether the font `regular` has it. */
async function printableCharacters(): Promise<(character: string) => boolean> {
  const glyphs = await loadFont();
  const known = new Map<string, boolean>();
  return (character) => {
    const has = known.get(character) ?? glyphs.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
    known.set(character, has);
    return has;
  };
}

export const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

const fontFile = (): string => require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
const boldFontFile = (): string => require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf');

/** The package opens no path of its own but its entry. */
const hanFontFile = (): string =>
  join(dirname(require.resolve('@embedpdf/fonts-sc')), '..', 'fonts', 'NotoSansHans-Regular.otf');

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
