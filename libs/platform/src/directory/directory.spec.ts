import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DESCRIPTIONS as events } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { FileDirectory } from './file-directory';
import { loadPolicy } from './load-policy';
import { parseDirectory } from './parse-directory';

const ROOT = join(__dirname, '../../../..');
const DEMO = join(ROOT, 'config/directory.demo.yaml');
const AGENCY = { id: 'police-75', kind: 'police', name: 'Police', inboxPartitions: 3 };

function refusal(content: unknown): AppError {
  try {
    parseDirectory(typeof content === 'string' ? content : JSON.stringify(content), 'agencies.yaml');
  } catch (error) {
    return error as AppError;
  }
  throw new Error('the directory was accepted');
}

describe('FileDirectory', () => {
  it('knows the agencies of the demonstration', () => {
    const directory = FileDirectory.fromFile(DEMO);
    const ids = directory.agencies().map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    expect(ids).toEqual(expect.arrayContaining(['ase-75', 'asso-refuge', 'parquet-75', 'prefecture-13']));
    expect(directory.findAgency('audit-log')).toMatchObject({ kind: 'audit-log', inboxPartitions: 1 });
    expect(directory.findAgency('police-75')).toMatchObject({
      kind: 'police',
      units: [{ id: 'brp' }, { id: 'bpm' }],
    });
    expect(directory.findAgency('police-13')).toBeUndefined();
  });

  it('finds who is competent, by kind and département', () => {
    const directory = new FileDirectory(
      parseDirectory(
        JSON.stringify({
          agencies: [
            { ...AGENCY, id: 'police-b', competentFor: ['75', '2A'] },
            { ...AGENCY, id: 'police-a', competentFor: ['75'] },
            { ...AGENCY, id: 'ase-75', kind: 'ase', competentFor: ['75'] },
          ],
        }),
        'agencies.json',
      ),
    );
    const ids = (departement: string): string[] =>
      directory.competentAgencies('police', departement).map(({ id }) => id);
    expect(ids('75')).toEqual(['police-a', 'police-b']);
    expect(ids('2A')).toEqual(['police-b']);
    expect(ids('13')).toEqual([]);
  });

  it('knows which versions of events an agency understands, where somebody has said', () => {
    const directory = FileDirectory.fromFile(DEMO);
    expect(directory.findAgency('prefecture-13')?.understands).toMatchObject({ 'notice.issued': [1, 2] });
    const silent = new FileDirectory(parseDirectory(JSON.stringify({ agencies: [AGENCY] }), 'agencies.json'));
    expect(silent.agencies().map(({ understands }) => understands)).toEqual([undefined]);
  });

  it('says which file cannot be read', () => {
    expect(() => FileDirectory.fromFile('/nowhere/agencies.yaml')).toThrow(
      /DIRECTORY_FILE.*\/nowhere\/agencies\.yaml/,
    );
  });

  it.each<[string, unknown, RegExp]>([
    [
      'an unknown key',
      { agencies: [{ ...AGENCY, departments: ['75'] }] },
      /agencies\.0\.departments is not known here/,
    ],
    ['an unknown key at the top', { agencies: [], agency: [] }, /agency is not known here/],
    ['the same id twice', { agencies: [AGENCY, AGENCY] }, /agencies must not have the same id twice/],
    [
      'the same unit twice',
      {
        agencies: [
          {
            ...AGENCY,
            units: [
              { id: 'brp', name: 'a' },
              { id: 'brp', name: 'b' },
            ],
          },
        ],
      },
      /agencies\.0\.units must not have the same id twice/,
    ],
    [
      'a number for a département',
      { agencies: [{ ...AGENCY, departement: 75 }] },
      /agencies\.0\.departement must be the INSEE code of a département, in quotes/,
    ],
    [
      'an id that is no topic name',
      { agencies: [{ ...AGENCY, id: 'Police 75' }] },
      /agencies\.0\.id must be lower-case/,
    ],
    ['no partitions', { agencies: [{ ...AGENCY, inboxPartitions: 0 }] }, /agencies\.0\.inboxPartitions/],
    [
      'a unit without a name',
      { agencies: [{ ...AGENCY, units: [{ id: 'brp' }] }] },
      /agencies\.0\.units\.0\.name/,
    ],
    [
      'versions that are none',
      { agencies: [{ ...AGENCY, understands: { 'notice.issued': ['v2'] } }] },
      /agencies\.0\.understands must have lists of versions, such as notice\.issued: \[1, 2\]/,
    ],
    [
      'versions of a whole type name',
      { agencies: [{ ...AGENCY, understands: { 'liaison.notice.issued.v2': [2] } }] },
      /agencies\.0\.understands must have lists of versions/,
    ],
    [
      'versions in one list',
      { agencies: [{ ...AGENCY, understands: [1, 2] }] },
      /understands must have lists/,
    ],
    ['an agency that is text', { agencies: ['police-75'] }, /agencies/],
    ['a list', [], /agencies must be a list/],
    ['nothing', '', /agencies must be a list/],
    ['a YAML key twice', 'agencies: []\nagencies: []\n', /Map keys must be unique/],
    ['no YAML', 'agencies: [', /agencies\.yaml/],
  ])('refuses %s', (_, content, message) => {
    const error = refusal(content);
    expect(error.code).toBe('directory-invalid');
    expect(error.message).toMatch(message);
    expect(error.message).toContain('agencies.yaml');
  });
});

describe('loadPolicy', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'conventions-'));
    cpSync(join(ROOT, 'conventions'), folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('compiles the conventions of the repository', () => {
    const ids = loadPolicy(folder, events)
      .conventions()
      .map(({ id }) => id);
    expect(ids).toContain('police-prefecture');
  });

  it('names the file that is wrong', () => {
    writeFileSync(join(folder, 'broken.v1.yaml'), 'id: broken\n');
    expect(() => loadPolicy(folder, events)).toThrow(/broken\.v1\.yaml/);
  });

  it('overlooks nothing: no floors, a floor of another ending, no folder', () => {
    writeFileSync(join(folder, 'statutory', 'R99-new.yml'), '');
    expect(() => loadPolicy(folder, events)).toThrow(/Rename .*R99-new\.yml/);
    rmSync(join(folder, 'statutory'), { recursive: true });
    expect(() => loadPolicy(folder, events)).toThrow(/CONVENTIONS_DIR/);
    mkdirSync(join(folder, 'statutory'));
    expect(() => loadPolicy(folder, events)).toThrow(/Put the statutory floors/);
    expect(() => loadPolicy(join(folder, 'none'), events)).toThrow(AppError);
  });
});
