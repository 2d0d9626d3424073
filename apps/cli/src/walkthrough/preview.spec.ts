import type { Preview } from './answers';
import { checkPreview } from './preview';

const content = {
  procedure: { departement: '75' },
  contact: { phone: '+33 6 00 00 00 17' },
  exploitation: { from: '2025-04-02' },
};
const field = (path: string, treatment: string) => ({
  path,
  treatment,
  rules: ['rule'],
  articles: ['CPP 11'],
});
const preview: Preview = {
  recipient: 'prefecture-75',
  allowed: true,
  denial: null,
  convention: 'police-prefecture@1',
  fields: [
    field('procedure.departement', 'release'),
    field('contact.phone', 'withhold'),
    field('exploitation.from', 'generalise'),
    field('contact.email', 'withhold'),
  ],
  sees: { procedure: { departement: '75' }, exploitation: { from: '2025-04' } },
  withheld: ['contact.email', 'contact.phone'],
};
const seen = (sees: Preview['sees']): Preview => ({ ...preview, sees });

it('gives the decision about each field that has a value', () => {
  expect(checkPreview(content, preview).map(({ path, value }) => [path, value])).toEqual([
    ['procedure.departement', '75'],
    ['contact.phone', '+33 6 00 00 00 17'],
    ['exploitation.from', '2025-04-02'],
  ]);
});

it.each<[string, Preview, string]>([
  [
    'something withheld is shown',
    seen({ ...preview.sees, contact: { phone: '+33 6 00 00 00 17' } }),
    'contact.phone (withhold) is marked and not shown',
  ],
  [
    'something withheld has no mark',
    { ...preview, withheld: [] },
    'contact.phone (withhold) is marked and not shown',
  ],
  [
    'something released is missing',
    seen({ exploitation: { from: '2025-04' } }),
    'procedure.departement is shown as decided (release)',
  ],
  [
    'something is as exact as before',
    seen({ ...preview.sees, exploitation: { from: '2025-04-02' } }),
    'exploitation.from is shown as decided (generalise)',
  ],
  [
    'something comes from nowhere',
    seen({ ...preview.sees, assessment: { danger: 'x' } }),
    'a recipient sees nothing that the notice does not have, but found ["assessment.danger"]',
  ],
  [
    'nothing is decided about a field',
    { ...preview, fields: preview.fields.slice(1) },
    'the preview decides about procedure.departement',
  ],
])('stops where %s', (_, broken, message) => {
  expect(() => checkPreview(content, broken)).toThrow(`The walkthrough stopped: ${message}.`);
});

it('of a notice that does not leave, nothing is seen and nothing marked', () => {
  const fields = preview.fields.map(({ path }) => field(path, 'withhold'));
  const denied = { ...preview, allowed: false, fields, sees: null, withheld: [] };
  expect(checkPreview(content, denied)).toHaveLength(3);
});
