import { RIGHT_TO_LEFT } from './document';
import { linesOf, printable, visualOrder } from './lines';

type FontName = 'regular' | 'bold';

/** In points. */
const SIZE = 9;
const LEADING = 1.35;
const INDENT = 12;
const FOOTER_SIZE = 7;

/** Writes titles, fields and paragraphs one below the other, over as many pages as they need, in every script. */
export class Sheet {
  private y: number;

  constructor(
    private readonly document: PDFKit.PDFDocument,
    private readonly has: (character: string) => boolean,
  ) {
    this.y = document.page.margins.top;
  }

  title(text: string): void {
    this.gap(1.2);
    this.room(SIZE * 5);
    this.write(text, { font: 'bold', size: 13 });
    this.gap(0.3);
  }

  heading(text: string): void {
    this.gap(0.7);
    this.room(SIZE * 4);
    this.write(text, { font: 'bold', size: 10 });
  }

  group(text: string, depth = 0): void {
    this.room(SIZE * 3);
    this.write(text, { font: 'bold', indent: depth * INDENT });
  }

  field(label: string, value: string, depth = 0): void {
    const indent = depth * INDENT;
    const [first = '', ...more] = value.split('\n');
    this.write(`${label} : ${first}`, { indent });
    for (const line of more) this.write(line, { indent: indent + INDENT });
  }

  /** With its own line breaks. */
  text(text: string): void {
    for (const line of text.split('\n')) this.write(line, {});
  }

  /** @param lines of the body's text */
  gap(lines = 0.5): void {
    this.y += lines * SIZE * LEADING;
  }

  /** Whether a text has characters that are printed as their codes. */
  lacks(text: string): boolean {
    const characters = [...new Set(text.normalize('NFC'))].join('');
    return printable(characters, this.has) !== characters;
  }

  /** Numbers the pages below this line, and ends the document. */
  finish(footer: string): void {
    const { start, count } = this.document.bufferedPageRange();
    for (let at = 0; at < count; at += 1) {
      this.document.switchToPage(start + at);
      const { margins, height } = this.document.page;
      this.document.font('regular').fontSize(FOOTER_SIZE);
      this.put(`${footer} – ${at + 1}/${count}`, margins.left, height - margins.bottom + FOOTER_SIZE);
    }
    this.document.end();
  }

  private write(
    text: string,
    { font = 'regular', size = SIZE, indent = 0 }: { font?: FontName; size?: number; indent?: number },
  ): void {
    const { margins, width } = this.document.page;
    this.document.font(font).fontSize(size);
    const widthOf = (part: string) => this.document.widthOfString(part);
    const x = margins.left + indent;
    for (const words of linesOf(printable(text, this.has), width - margins.right - x, widthOf)) {
      this.room(size * LEADING);
      this.document.font(font).fontSize(size);
      this.putWords(words, x);
      this.y += size * LEADING;
    }
  }

  /** Words of Arabic or Hebrew one by one: each is turned by its font, their order by `visualOrder`. */
  private putWords(words: readonly string[], x: number): void {
    if (!words.some((word) => RIGHT_TO_LEFT.test(word))) {
      this.put(words.join(' '), x, this.y);
      return;
    }
    let at = x;
    for (const word of visualOrder(words)) {
      this.put(word, at, this.y);
      at += this.document.widthOfString(`${word} `);
    }
  }

  private put(text: string, x: number, y: number): void {
    if (text !== '') this.document.text(text, x, y, { lineBreak: false });
  }

  /** Goes on to a new page where so much is not left on this one. */
  private room(height: number): void {
    const { page } = this.document;
    if (this.y + height <= page.height - page.margins.bottom) return;
    this.document.addPage();
    this.y = this.document.page.margins.top;
  }
}
