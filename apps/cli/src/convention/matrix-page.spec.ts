import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeInBrowser, type Sheet } from '@liaison/testing';
import { runCommandLine } from '../command-line';

/** Width in CSS pixels of what a printer leaves of A4 upright, with margins of 1 cm. */
const PRINTED_WIDTH = 718;

describeInBrowser('the matrix as a page, in a browser', (open) => {
  let folder: string;
  let sheet: Sheet;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'liaison-matrix-'));
    const file = join(folder, 'matrix.html');
    const written = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      writeFileSync(file, text, { flag: 'a' });
      return true;
    });
    const code = await runCommandLine(['convention', 'matrix', '--html', '--on', '2026-03-02']);
    written.mockRestore();
    expect(code).toBe(0);
    sheet = await open();
    // Whoever is sent the page may not let it run anything.
    await sheet.page.setJavaScriptEnabled(false);
    await sheet.page.setViewport({ width: 1280, height: 900 });
    await sheet.page.goto(pathToFileURL(file).href);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const page = <T>(expression: string) => sheet.page.evaluate(expression) as Promise<T>;
  /** What a reader sees: text that is not shown does not count. */
  const shown = (selector: string) => page<string>(`document.querySelector('${selector}').innerText.trim()`);
  /** Elements of a language that take up room. */
  const visible = (language: string) =>
    page<number>(
      `[...document.querySelectorAll('main [lang=${language}]')].filter((it) => it.getClientRects().length > 0).length`,
    );
  const tooWide = () =>
    page<number>(`document.documentElement.scrollWidth - document.documentElement.clientWidth`);

  it('is read in French, and in English by one click or key', async () => {
    expect(await shown('h1')).toBe('Qui apprend quoi, de qui');
    expect(await visible('fr')).toBeGreaterThan(500);
    expect(await visible('en')).toBe(0);

    await sheet.page.click('label[for=en]');
    expect(await shown('h1')).toBe('Who learns what, from whom');
    expect(await visible('fr')).toBe(0);
    expect(await visible('en')).toBeGreaterThan(500);

    await sheet.page.focus('#en');
    await sheet.page.keyboard.press('ArrowLeft');
    expect(await shown('h1')).toBe('Qui apprend quoi, de qui');
    expect(await visible('en')).toBe(0);
  });

  it.each([1280, 800, 400])('fits a window that is %d pixels wide', async (width) => {
    await sheet.page.setViewport({ width, height: 900 });
    expect(await tooWide()).toBeLessThanOrEqual(0);
  });

  it.each([
    ['fr', 'Qui apprend quoi, de qui'],
    ['en', 'Who learns what, from whom'],
  ])('is printed in the language that is read, %s, within its sheets', async (language, title) => {
    await sheet.page.emulateMediaType('screen');
    await sheet.page.click(`label[for=${language}]`);
    await sheet.page.emulateMediaType('print');
    await sheet.page.setViewport({ width: PRINTED_WIDTH, height: 1000 });
    expect(await shown('h1')).toBe(title);
    expect(await tooWide()).toBeLessThanOrEqual(0);
    // What chooses the language is of no use on paper.
    expect(
      await page<number>(
        `[...document.querySelectorAll('input, label')].filter((it) => it.getClientRects().length > 0).length`,
      ),
    ).toBe(0);
    const sections = await page<number>(`document.querySelectorAll('section').length`);
    const pdf = Buffer.from(await sheet.page.pdf({ format: 'a4' })).toString('latin1');
    expect(pdf.slice(0, 5)).toBe('%PDF-');
    // Each pair of kinds and event begins on a sheet of its own.
    expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length).toBeGreaterThan(sections);
    await sheet.page.emulateMediaType('screen');
  });

  it('needs nobody: no request, no error', () => {
    expect(sheet).toMatchObject({ asked: [], complaints: [] });
  });
});
