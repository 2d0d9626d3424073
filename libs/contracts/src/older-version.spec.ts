import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NOTICE_AMENDED } from './events/notice-amended.v1';
import { NOTICE_ISSUED_V1 } from './events/notice-issued.v1';
import { NOTICE_ISSUED, type NoticeIssuedV2 } from './events/notice-issued.v2';
import { inOlderVersion, understoodType } from './older-version';
import { EVENT_TYPES, findEventType } from './registry';
import { dataProblems } from './validation';

const { data: everyField } = JSON.parse(
  readFileSync(join(__dirname, '../samples', NOTICE_ISSUED, 'every-field.json'), 'utf8'),
) as { data: NoticeIssuedV2 };
const older = (document: unknown) => inOlderVersion(document, NOTICE_ISSUED, NOTICE_ISSUED_V1);
const problems = (data: unknown) => {
  const type = findEventType(NOTICE_ISSUED_V1);
  return type && dataProblems(type, data);
};

describe('the version in which an event goes', () => {
  it.each([
    ['nobody has said anything', undefined, NOTICE_ISSUED],
    ['nobody has said anything of it', { 'notice.amended': [1] }, NOTICE_ISSUED],
    ['its own is understood', { 'notice.issued': [1, 2] }, NOTICE_ISSUED],
    ['only the older one is', { 'notice.issued': [1] }, NOTICE_ISSUED_V1],
    ['a newer one is, and the older one', { 'notice.issued': [1, 3] }, NOTICE_ISSUED_V1],
    ['only a newer one is', { 'notice.issued': [3] }, undefined],
    ['none is', { 'notice.issued': [] }, undefined],
  ])('where %s', (_, understands, type) => {
    expect(understoodType(NOTICE_ISSUED, understands)).toBe(type);
  });

  it('is its own or one that is understood, whatever is', () => {
    const types = EVENT_TYPES.map(({ type }) => type);
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.array(fc.integer({ min: 1, max: 4 })), (type, versions) => {
        const [, about = '', version] = /^liaison\.(.+)\.v(\d+)$/.exec(type) ?? [];
        const found = understoodType(type, { [about]: versions });
        if (versions.includes(Number(version))) return found === type;
        return found === undefined || versions.some((each) => found === `liaison.${about}.v${each}`);
      }),
    );
  });
});

describe('what an older version can say', () => {
  it('is valid, and has nothing that the document does not have', () => {
    const said = older(everyField) as NoticeIssuedV2;
    expect(problems(said)).toBeUndefined();
    expect(everyField).toMatchObject({ civilStatus: { declared: said.civilStatus.declared } });
    expect(said.civilStatus.declared).not.toHaveProperty('nativeName');
    expect(said.procedure).not.toHaveProperty('opinionRequest');
    expect(said.assessment).not.toHaveProperty('linksBroken');
  });

  it('leaves out as a whole what the older version has no word for', () => {
    const said = older({
      procedure: { departement: '75' },
      civilStatus: {
        declared: { familyName: 'Adeyemi' },
        documents: [
          { kind: 'asylum-certificate', state: 'genuine' },
          { kind: 'passport', state: 'lost' },
          { kind: 'passport', state: 'genuine' },
        ],
      },
      steps: [{ kind: 'compensation', status: 'considered' }],
    });
    expect(said).toEqual({
      procedure: { departement: '75' },
      civilStatus: {
        declared: { familyName: 'Adeyemi' },
        documents: [{ kind: 'passport', state: 'genuine' }],
      },
      steps: [],
    });
    expect(problems(said)).toBeUndefined();
  });

  it('is nothing where too little is left', () => {
    const document = { procedure: { departement: '75' }, civilStatus: { declared: { nativeName: 'فاطمة' } } };
    expect(older(document)).toBeUndefined();
    expect(inOlderVersion(everyField, NOTICE_ISSUED, NOTICE_AMENDED)).toBeUndefined();
  });

  it('does not ask for what a draft has not', () => {
    expect(older({ procedure: { initiative: 'own' } })).toEqual({ procedure: { initiative: 'own' } });
  });

  it('changes nothing of the document itself', () => {
    const before = structuredClone(everyField);
    older(everyField);
    expect(everyField).toEqual(before);
  });
});
