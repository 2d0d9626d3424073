import { DESCRIPTIONS as events, NOTICE_ISSUED, SHARE_REVOKED, type Envelope } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import type { AllowedRelease, PendingEvent } from '@liaison/messaging';
import { FileDirectory, loadPolicy } from '@liaison/platform';
import type { ShareBasis } from '@liaison/sharing-policy';
import { changedConvention, currentConvention } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AgencyPolicy } from './agency-policy';

const ROOT = join(__dirname, '../../../..');
const policy = loadPolicy(join(ROOT, 'conventions'), events);
const directory = FileDirectory.fromFile(join(ROOT, 'config/directory.demo.yaml'));
const of = (agency: string) =>
  new AgencyPolicy(policy, directory, directory.findAgency(agency) as Agency, events);
const police = of('police-75');
const prefecture = of('prefecture-75');

const AT = new Date('2026-03-02T10:00:00Z');
const everyField = JSON.parse(
  readFileSync(join(ROOT, 'libs/contracts/samples/liaison.notice.issued.v2/every-field.json'), 'utf8'),
) as { data: { procedure: object } };
const document = {
  ...everyField.data,
  procedure: { ...everyField.data.procedure, departement: '75' },
};

const pending = (overrides: Partial<PendingEvent> = {}): PendingEvent => ({
  eventId: randomUUID(),
  recipient: 'prefecture-75',
  reference: randomUUID(),
  type: NOTICE_ISSUED,
  document,
  purpose: 'residence-of-victims',
  facts: { departement: '75', birthDate: '1999-05-04', protectedIdentity: false, protectedAddress: false },
  caseId: randomUUID(),
  caseVersion: 1,
  unit: 'brp',
  correlationId: randomUUID(),
  ...overrides,
});

function envelopeOf(release: AllowedRelease, overrides: Partial<Envelope> = {}): Envelope {
  return {
    time: AT.toISOString(),
    type: NOTICE_ISSUED,
    purpose: 'residence-of-victims',
    convention: release.convention,
    withheld: release.withheld,
    data: release.data,
    ...overrides,
  } as Envelope;
}

function allowed(event = pending()): AllowedRelease {
  const release = police.decideRelease(event, AT);
  if (!release.allowed) throw new Error(release.code);
  return release;
}

describe('AgencyPolicy', () => {
  it('releases to the competent préfecture what the convention names, and marks the rest', () => {
    const { data, withheld, convention } = allowed();
    expect(convention).toBe(currentConvention('police-prefecture'));
    expect(data).toHaveProperty('assessment');
    expect(withheld).toEqual(
      expect.arrayContaining(['exploitation.account', 'contact.phone', 'vulnerability.health']),
    );
    expect(JSON.stringify(data)).not.toContain('"account"');
  });

  it('refuses whom no convention names, a préfecture that is not competent, and an agency nobody knows', () => {
    const code = (recipient: string) => police.decideRelease(pending({ recipient }), AT);
    expect(code('asso-refuge')).toMatchObject({ allowed: false, code: 'purpose-not-allowed' });
    expect(code('audit-log')).toMatchObject({ allowed: false, code: 'no-convention' });
    expect(code('prefecture-13')).toMatchObject({ allowed: false, code: 'relation-missing' });
    expect(code('nobody')).toMatchObject({ allowed: false, code: 'recipient-unknown' });
  });

  it('withholds the real identity of whoever may be under a borrowed one: unknown protects', () => {
    const { data } = allowed(pending({ facts: { departement: '75' } }));
    expect(data).not.toHaveProperty('civilStatus.real');
  });

  it('accepts what it would have been sent, and refuses one withheld field more', () => {
    const release = allowed();
    expect(prefecture.checkReceipt(envelopeOf(release), 'police-75', AT)).toMatchObject({ accepted: true });
    const more = { ...(release.data as object), contact: { phone: '+33600000000' } };
    expect(prefecture.checkReceipt(envelopeOf(release, { data: more }), 'police-75', AT)).toMatchObject({
      accepted: false,
      code: 'over-sharing',
    });
  });

  it('refuses an event under a convention that it does not know, or that names no such sender', () => {
    const release = allowed();
    const code = (envelope: Envelope, sender = 'police-75') => {
      const receipt = prefecture.checkReceipt(envelope, sender, AT);
      return receipt.accepted ? 'accepted' : receipt.code;
    };
    expect(code(envelopeOf(release, { convention: 'police-prefecture@9' }))).toBe('convention-unknown');
    expect(code(envelopeOf(release), 'asso-refuge')).not.toBe('accepted');
    expect(code(envelopeOf(release, { convention: undefined }))).toBe('no-convention');
  });

  it('shows the assessment to the desk and not to a caseworker; with both roles, what either may see', () => {
    const { data, withheld } = allowed();
    const held = {
      type: NOTICE_ISSUED,
      data,
      withheld,
      purpose: 'residence-of-victims',
      facts: { departement: '75' },
      provenance: {
        agency: 'police-75',
        event: randomUUID(),
        convention: currentConvention('police-prefecture'),
      },
    };
    expect(prefecture.read(held, ['desk'], AT)?.data).toHaveProperty('assessment');
    const caseworker = prefecture.read(held, ['caseworker'], AT);
    expect(caseworker?.data).not.toHaveProperty('assessment');
    expect(caseworker?.withheld).toContain('assessment.realityOfFacts');
    expect(prefecture.read(held, ['caseworker', 'desk'], AT)?.data).toHaveProperty('assessment');
    expect(prefecture.read(held, ['operator'], AT)).toBeUndefined();
  });

  it('lets the recipient read the identity that was released to it, and the author its own', () => {
    const { data, withheld } = allowed();
    const held = {
      type: NOTICE_ISSUED,
      purpose: 'residence-of-victims',
      facts: { departement: '75' },
    };
    const provenance = {
      agency: 'police-75',
      event: randomUUID(),
      convention: currentConvention('police-prefecture'),
    };
    const read = prefecture.read({ ...held, data, withheld, provenance }, ['desk'], AT);
    expect(read?.data).toHaveProperty('civilStatus.real.familyName');
    expect(police.read({ ...held, data: document }, ['officer'], AT)?.data).toEqual(document);
  });

  it('gives the preview the answer that dispatch gives', () => {
    const event = pending();
    const preview = police.preview(
      { type: event.type, document, purpose: event.purpose, facts: event.facts },
      directory.findAgency('prefecture-75') as Agency,
      AT,
    );
    const release = allowed(event);
    expect(preview.projection).toEqual({ data: release.data, withheld: release.withheld });
    expect(preview.decision.digest).toBe(release.digest);
  });

  it('counts an age on the legal day of the case’s département, as the rules about minors do', () => {
    const bandAt = (instant: string, departement: string) => {
      const facts = {
        ...{ departement, birthDate: '2000-05-10', protectedIdentity: false, protectedAddress: false },
        namedContact: ['asso-refuge'],
        consents: [{ to: 'association', purpose: 'orientation-of-adults', value: 'given' as const }],
      };
      const event = pending({
        ...{ recipient: 'asso-refuge', purpose: 'orientation-of-adults', facts },
        document: { ...document, civilStatus: { declared: { birthDate: facts.birthDate } } },
      });
      const release = police.decideRelease(event, new Date(instant));
      return release.allowed && release.data;
    };
    const band = (birthDate: string) => expect.objectContaining({ civilStatus: { declared: { birthDate } } });
    expect(bandAt('2025-05-09T23:30:00Z', '75')).toEqual(band('25-34'));
    expect(bandAt('2025-05-09T23:30:00Z', '973')).toEqual(band('21-24'));
    expect(bandAt('2025-05-09T14:30:00Z', '988')).toEqual(band('25-34'));
  });

  describe('under a convention that its parties have changed', () => {
    const changed = (change: (text: string) => string) => {
      const folder = changedConvention('police-prefecture', change);
      const own = loadPolicy(folder, events);
      rmSync(folder, { recursive: true });
      return (agency: string) =>
        new AgencyPolicy(own, directory, directory.findAgency(agency) as Agency, events);
    };
    const ending = changed((text) =>
      text.replaceAll(
        / {4}whenItEnds: .*relation.*\n/g,
        `    when: { age: [minor] }
    whenItEnds: { age: restrict, convention: purge }
`,
      ),
    )('police-75');
    const facts = {
      departement: '75',
      birthDate: '2009-07-14',
      protectedIdentity: false,
      protectedAddress: false,
    };
    const recipient = directory.findAgency('prefecture-75') as Agency;
    const revocations = (at: string) => {
      const release = ending.decideRelease(pending({ facts }), AT);
      if (!release.allowed) throw new Error(release.code);
      const { convention, basis, fields } = release;
      const disclosed = { type: NOTICE_ISSUED, purpose: 'residence-of-victims', convention, fields };
      return ending.revocationsOf(
        { ...disclosed, basis: basis as ShareBasis },
        facts,
        recipient,
        new Date(at),
      );
    };

    it('an eighteenth birthday restricts what was shared of the minor, from its first minute in Paris on', () => {
      const before = revocations('2027-07-13T21:59:59Z');
      expect(before).toEqual({ revocations: [], validUntil: new Date('2027-07-13T22:00:00Z') });
      expect(revocations('2027-07-13T22:00:00Z').revocations).toEqual([
        { ground: 'age', effect: 'restrict' },
      ]);
    });

    it('the end of the convention purges', () => {
      expect(revocations('2027-01-01T00:00:00Z').revocations).toEqual([]);
      expect(revocations('2030-01-01T12:00:00Z').revocations).toContainEqual({
        ground: 'convention',
        effect: 'purge',
      });
    });

    it('keeps nothing of a disclosure after which nothing follows', () => {
      const silent = changed((text) => text.replaceAll(/ {4}whenItEnds: .*\n/g, ''))('police-75');
      expect(silent.decideRelease(pending(), AT)).toMatchObject({ allowed: true, basis: undefined });
    });

    it('the third-party rule: what another shared goes further only where its convention lets it', () => {
      const origins = [
        { agency: 'police-75', event: randomUUID(), convention: currentConvention('police-prefecture') },
      ];
      const passedOn = (by: AgencyPolicy, more: Partial<PendingEvent> = {}) =>
        by.decideRelease(pending({ recipient: 'ase-75', origins, ...more }), AT);
      expect(passedOn(prefecture)).toMatchObject({
        allowed: false,
        code: 'no-onward-sharing',
        rules: expect.arrayContaining(['police-prefecture/notice']),
      });
      const open = changed((text) => text.replaceAll('      no-onward-sharing: true\n', ''))('prefecture-75');
      expect(passedOn(open)).not.toMatchObject({ code: 'no-onward-sharing' });
      const unknown = [{ ...origins[0]!, convention: 'police-prefecture@9' }];
      expect(passedOn(open, { origins: unknown })).toMatchObject({
        code: 'no-onward-sharing',
        rules: ['R04'],
      });
      // Back to where it came from.
      expect(passedOn(prefecture, { recipient: 'police-75' })).not.toMatchObject({
        code: 'no-onward-sharing',
      });
    });
  });

  it('nothing is passed on of which its originator could not be told', () => {
    const folder = changedConvention('police-prefecture', (text) =>
      text.replaceAll('      no-onward-sharing: true\n', ''),
    );
    const own = (dir: string) =>
      new AgencyPolicy(
        loadPolicy(dir, events),
        directory,
        directory.findAgency('prefecture-75') as Agency,
        events,
      );
    const origins = [
      { agency: 'police-75', event: randomUUID(), convention: currentConvention('police-prefecture') },
    ];
    const passed = { origins, purpose: 'residence-of-victims', facts: {} };
    const elsewhere = directory.findAgency('ase-75') as Agency;
    expect(own(folder).mayPassOn(passed, elsewhere, AT)).toBe(true);
    rmSync(join(folder, 'onward-sharing.v1.yaml'));
    rmSync(join(folder, 'onward-sharing.cases.yaml'));
    const silent = own(folder);
    rmSync(folder, { recursive: true });
    expect(silent.mayPassOn(passed, elsewhere, AT)).toBe(false);
    expect(silent.decideRelease(pending({ recipient: 'ase-75', origins }), AT)).toMatchObject({
      allowed: false,
      code: 'origin-not-told',
    });
  });

  it('what follows after sharing reaches whoever has received, whatever convention there is, or none', () => {
    const document = {
      revokedAt: AT.toISOString(),
      effect: 'purge',
      events: [randomUUID()],
    };
    const event = pending({
      type: SHARE_REVOKED,
      recipient: 'prefecture-13',
      purpose: 'after-sharing',
      document,
    });
    const release = police.decideRelease(event, AT);
    expect(release).toMatchObject({ allowed: true, data: document, withheld: [] });
    const envelope = { time: AT.toISOString(), type: SHARE_REVOKED, data: document } as Envelope;
    expect(prefecture.checkReceipt(envelope, 'police-75', AT)).toMatchObject({
      accepted: true,
      data: document,
    });
  });
});
