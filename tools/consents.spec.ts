import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(__dirname, '..');

/** What opens a delivery and takes no consent along, and why none can have been given. */
const WITHOUT: Readonly<Record<string, string>> = {
  'apps/association/src/beds/bed-declarations.ts': 'A place is nobody.',
  'apps/association/src/orientation/proposing.ts':
    'A request that came is no case of the register: what the person said stands with it, and ends with `ConsentInDelivery`.',
  'apps/partner/src/placement-order/order-placement.handler.ts':
    'A judge’s order needs no consent (C. civ. 375-3), and tells child protection nothing that one would open.',
  'apps/police/src/notice/issuing.ts': 'Its callers say what the person agreed to: see `plan`.',
  'apps/police/src/notice/write-notice.handler.ts': 'The case begins with it: nothing was said of it before.',
  'libs/casework/src/link/person-links.ts':
    'It rests on two cases: what was said on both goes along (`factsOfBoth`), and ends with either (`LinksOnConsent`).',
  'libs/casework/src/operation/announce-operation.handler.ts': 'An operation names nobody (R31).',
  'libs/casework/src/referral/make-referral.handler.ts':
    'The case begins with it: nothing was said of it before.',
  'libs/casework/src/urgent-request/ask-urgently.handler.ts':
    'Vital interests need no consent, and what is asked tells nothing that a consent opens (R35).',
};

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /(?<!\.(?:spec|test))\.ts$/.test(entry.name) ? [path] : [];
  });

const opening = ['apps', 'libs/casework/src']
  .flatMap((folder) => sources(join(root, folder)))
  .map((path) => ({ file: relative(root, path), text: readFileSync(path, 'utf8') }))
  .filter(({ text }) => /\b(outbox|issuing)\.(openCases?|planCases|planned|record)\(/.test(text));

describe('whatever opens a delivery', () => {
  it.each(opening)(
    'takes along what the person of the case said of telling others: $file',
    ({ file, text }) => {
      const takes = /\b(takeConsents|consentFacts)\(/.test(text);
      expect([file, takes || file in WITHOUT]).toEqual([file, true]);
    },
  );

  it('has no exception that none needs', () => {
    const files = opening.map(({ file }) => file);
    expect(Object.keys(WITHOUT).filter((file) => !files.includes(file))).toEqual([]);
  });
});
