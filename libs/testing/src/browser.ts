import type { Browser, Page } from 'puppeteer-core';
import { browserMissing, ensureChromium } from './browser-tools';
import { describeUnless } from './servers';

const START_MS = 120_000;

/** One page, and what went wrong on it. */
export interface Sheet {
  readonly page: Page;
  /** What the page asked of anybody but itself. */
  readonly asked: readonly string[];
  /** Errors that no script caught, and what the console says of errors and warnings. */
  readonly complaints: readonly string[];
}

/**
 * A suite in a real browser, that needs nothing installed: `npm ci` brings it. Where there is none for this platform its
 * place is taken by one test that says so, and fails where everything must run (CI=true).
 * @param define gets what opens a new page without anything on it; pages are closed with the browser, after the last test
 */
export function describeInBrowser(name: string, define: (open: () => Promise<Sheet>) => void): void {
  describeUnless(browserMissing(), name, 'name a Chromium in LIAISON_TEST_BROWSER', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await startBrowser();
    }, START_MS);
    afterAll(() => browser?.close());
    define(() => openSheet(browser));
  });
}

async function startBrowser(): Promise<Browser> {
  const { executable, env } = await ensureChromium();
  // Here and not above: every suite that uses this library would wait for it.
  const { default: puppeteer } = await import('puppeteer-core');
  return puppeteer.launch({
    executablePath: executable,
    headless: 'shell',
    env,
    // The sandbox cannot be had as root or in most containers; the pages are this repository's own.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--lang=fr'],
  });
}

async function openSheet(browser: Browser): Promise<Sheet> {
  const page = await browser.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.isNavigationRequest()) asked.push(request.url());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) complaints.push(message.text());
  });
  return { page, asked, complaints };
}
