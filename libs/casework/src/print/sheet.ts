import { RIGHT_TO_LEFT } from './document';
import type { FontName, Fonts } from './fonts';
import { codeOf, linesOf, printable, runsOf, visualOrder } from './lines';

/** In points. */
const SIZE = 9;
const LEADING = 1.35;
const INDENT = 12;
const FOOTER_SIZE = 7;
/** From the top of a line to where its letters stand, whatever their font: as the font `regular` has it. */
const ASCENT = 0.928;

interface Style {
  readonly font: 'regular' | 'bold';
  readonly size: number;
}

/** Writes titles, fields and paragraphs one below the other, over as many pages as they need, in every script. */
export class Sheet {
  private y: number;

  constructor(
    private readonly document: PDFKit.PDFDocument,
    private readonly fonts: Fonts,
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
    const normal = text.normalize('NFC');
    const characters = [...new Set(normal)].join('');
    if (printable(characters, this.fonts.of) !== characters) return true;
    return runsOf(normal, this.fontBeside).some((run) => !this.fonts.sets(run.text, run.font));
  }

  /** Numbers the pages below this line, and ends the document. */
  finish(footer: string): void {
    const { start, count } = this.document.bufferedPageRange();
    for (let at = 0; at < count; at += 1) {
      this.document.switchToPage(start + at);
      const { margins, height } = this.document.page;
      const style = { font: 'regular', size: FOOTER_SIZE } as const;
      this.put(`${footer} – ${at + 1}/${count}`, margins.left, height - margins.bottom + FOOTER_SIZE, style);
    }
    this.document.end();
  }

  private write(
    text: string,
    { font = 'regular', size = SIZE, indent = 0 }: Partial<Style> & { readonly indent?: number },
  ): void {
    const { margins, width } = this.document.page;
    const style = { font, size };
    const x = margins.left + indent;
    const widthOf = (part: string) => this.widthOf(part, style);
    for (const words of linesOf(printable(text, this.fonts.of), width - margins.right - x, widthOf)) {
      this.room(size * LEADING);
      this.putWords(words, x, style);
      this.y += size * LEADING;
    }
  }

  /** Words of Arabic or Hebrew one by one: each is turned by its font, their order by `visualOrder`. */
  private putWords(words: readonly string[], x: number, style: Style): void {
    if (!words.some((word) => RIGHT_TO_LEFT.test(word))) {
      this.put(words.join(' '), x, this.y, style);
      return;
    }
    let at = x;
    for (const word of visualOrder(words)) {
      this.put(word, at, this.y, style);
      at += this.widthOf(`${word} `, style);
    }
  }

  private put(text: string, x: number, y: number, { font, size }: Style): void {
    let at = x;
    for (const run of this.runs(text, font)) {
      this.document.font(run.font).fontSize(size);
      this.document.text(run.text, at, y + ASCENT * size, { lineBreak: false, baseline: 'alphabetic' });
      at += this.document.widthOfString(run.text);
    }
  }

  private widthOf(text: string, { font, size }: Style): number {
    const widths = this.runs(text, font).map((run) =>
      this.document.font(run.font).fontSize(size).widthOfString(run.text),
    );
    return widths.reduce((sum, width) => sum + width, 0);
  }

  /** What cannot be set stands as its codes. */
  private runs(
    text: string,
    base: Style['font'],
  ): readonly { readonly font: FontName; readonly text: string }[] {
    return runsOf(text, this.fontBeside).map((run) => {
      if (run.font === 'regular') return { font: base, text: run.text };
      return this.fonts.sets(run.text, run.font)
        ? run
        : { font: base, text: [...run.text].map(codeOf).join('') };
    });
  }

  private readonly fontBeside = (character: string, beside: FontName | undefined): FontName =>
    this.fonts.of(character, beside) ?? 'regular';

  /** Goes on to a new page where so much is not left on this one. */
  private room(height: number): void {
    const { page } = this.document;
    if (this.y + height <= page.height - page.margins.bottom) return;
    this.document.addPage();
    this.y = this.document.page.margins.top;
  }
}
