import { AppError, type Agency, type Directory } from '@liaison/kernel';
import type { ReferralMadeV1 } from '@liaison/contracts';
import { aReferral } from '@liaison/testing';
import fc from 'fast-check';
import { stateDiagram } from '../state-diagram';
import { RECEIVED_REFERRAL_MACHINE, REFERRAL_MACHINE } from './machines';
import * as received from './received-referral';
import {
  decide,
  evolve,
  factsOfReferral,
  recipientsOf,
  type Referral,
  type ReferralCommand,
  requireReferable,
  tellsProsecutor,
} from './referral';

const AT = new Date('2026-03-12T09:00:00Z');
const ASKED = { kind: 'association', at: AT, today: '2026-03-12' };
const refusal = (code: string) => expect.objectContaining({ code }) as AppError;
const AGENCIES = ['ase-75', 'parquet-75', 'ase-13'];

describe('a referral as whoever made it sees it', () => {
  const agency = fc.constantFrom(...AGENCIES);
  const command: fc.Arbitrary<ReferralCommand> = fc.oneof(
    fc.record({ type: fc.constant('make' as const), to: fc.subarray(AGENCIES, { minLength: 1 }) }),
    fc.record({ type: fc.constant('send-again' as const), stopped: fc.subarray(AGENCIES) }),
    fc.record({ type: fc.constant('receive-acknowledgement' as const), agency, at: fc.constant(AT) }),
  );

  it('is acknowledged when everybody who was told has taken note, and never undone', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        let referral: Referral | undefined;
        for (const each of commands) {
          const before: Referral | undefined = referral;
          try {
            referral = evolve(before, decide(before, each));
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            continue;
          }
          expect(referral.version).toBe((before?.version ?? 0) + 1);
          expect(referral.state === 'acknowledged').toBe(
            referral.told.every(({ acknowledgedAt }) => acknowledgedAt !== undefined),
          );
          if (before?.state === 'acknowledged') throw new Error('something happened after its end');
          if (before) {
            expect(referral.told.map((told) => told.agency)).toEqual(before.told.map((told) => told.agency));
          }
        }
      }),
    );
  });

  it('goes again only to those who are without it and have not taken note', () => {
    const made = evolve(undefined, decide(undefined, { type: 'make', to: ['ase-75', 'parquet-75'] }));
    const noted = evolve(made, decide(made, { type: 'receive-acknowledgement', agency: 'ase-75', at: AT }));
    expect(decide(noted, { type: 'send-again', stopped: ['ase-75', 'parquet-75'] })).toEqual({
      type: 'sent-again',
      to: ['parquet-75'],
    });
    expect(() => decide(noted, { type: 'send-again', stopped: ['ase-75'] })).toThrow(
      refusal('referral-not-stopped'),
    );
  });

  it('is acknowledged once by each, and by nobody else', () => {
    const made = evolve(undefined, decide(undefined, { type: 'make', to: ['ase-75', 'parquet-75'] }));
    const note = (agency: string): ReferralCommand => ({ type: 'receive-acknowledgement', agency, at: AT });
    const noted = evolve(made, decide(made, note('ase-75')));
    for (const agency of ['ase-75', 'ase-13']) {
      expect(() => decide(noted, note(agency))).toThrow(refusal('referral-acknowledgement-unexpected'));
    }
  });

  it('can be drawn', () => {
    expect(stateDiagram(REFERRAL_MACHINE)).toContain('sent --> acknowledged');
    expect(stateDiagram(RECEIVED_REFERRAL_MACHINE)).toContain('acknowledged --> voided');
  });
});

describe('who may be referred', () => {
  const withAge = (ground: ReferralMadeV1['age']['ground'], declared: object = {}) =>
    aReferral({ age: { ground }, civilStatus: { declared: { familyName: 'Okafor', ...declared } } });

  it('is a minor until the day before the eighteenth birthday, by a day that the author relies on', () => {
    expect(() => requireReferable(withAge('declared', { birthDate: '2008-03-13' }), ASKED)).not.toThrow();
    expect(() => requireReferable(withAge('declared', { birthDate: '2008-03-12' }), ASKED)).toThrow(
      refusal('referral-of-adult'),
    );
  });

  it('is whoever is in doubt, whatever birth date they were told to give', () => {
    const told = { birthDate: '2001-01-01', estimatedAge: 15, estimatedAgeBasis: ['appearance'] };
    for (const ground of ['unknown', 'estimated'] as const) {
      expect(() => requireReferable(withAge(ground, told), ASKED)).not.toThrow();
      const facts = factsOfReferral(withAge(ground, told), { identity: false, address: false });
      expect(facts.birthDate).toBeUndefined();
    }
  });

  it('is no adult by estimate', () => {
    const told = { estimatedAge: 18, estimatedAgeBasis: ['appearance'] };
    expect(() => requireReferable(withAge('estimated', told), ASKED)).toThrow(refusal('referral-of-adult'));
  });

  it('needs a ground for what is said of the age', () => {
    for (const ground of ['documented', 'declared', 'estimated'] as const) {
      expect(() => requireReferable(withAge(ground), ASKED)).toThrow(refusal('age-unfounded'));
    }
  });
});

describe('who is told', () => {
  const agency = (id: string, kind: string, departement: string, purposes: readonly string[]): Agency => ({
    id,
    kind,
    name: id,
    competentFor: [departement],
    units: [],
    contactPoints: purposes.map((purpose) => ({ id: purpose, purpose, name: purpose })),
    inboxPartitions: 1,
  });
  const all = [
    agency('ase-75', 'ase', '75', ['referrals']),
    agency('juge-75', 'justice', '75', ['placements']),
    agency('parquet-75', 'justice', '75', ['referrals']),
    agency('ase-13', 'ase', '13', ['referrals']),
  ];
  const directory: Directory = {
    findAgency: (id) => all.find((each) => each.id === id),
    agencies: () => all,
    competentAgencies: (kind, departement) =>
      all.filter((each) => each.kind === kind && each.competentFor.includes(departement)),
  };
  const ids = (departement: string, prosecutor: boolean) =>
    recipientsOf(directory, departement, prosecutor).told.map(({ agency: { id } }) => id);

  it('is always child protection of the place; a judge who takes no referrals is not', () => {
    expect(ids('75', false)).toEqual(['ase-75']);
    expect(ids('75', true)).toEqual(['ase-75', 'parquet-75']);
  });

  it('goes to child protection although no procureur is known, and says so', () => {
    expect(recipientsOf(directory, '13', true)).toMatchObject({
      told: [{ duty: 'child-protection' }],
      prosecutorMissing: true,
    });
    expect(() => ids('29', false)).toThrow(refusal('child-protection-missing'));
  });

  it('is the procureur where the danger is immediate, always by the police, and as the author says', () => {
    const { danger } = aReferral();
    expect(tellsProsecutor({ danger }, 'association')).toBe(false);
    expect(tellsProsecutor({ danger }, 'police')).toBe(true);
    expect(tellsProsecutor({ danger: { level: 'immediate' } }, 'association')).toBe(true);
    expect(tellsProsecutor({ danger: { level: 'immediate' }, prosecutor: false }, 'association')).toBe(false);
  });
});

describe('a referral as whoever receives it sees it', () => {
  const acknowledge = (roles: readonly string[]): received.ReceivedCommand => ({
    type: 'acknowledge',
    at: AT,
    unit: 'mna',
    roles,
  });
  const fresh = received.evolve(undefined, received.decide(undefined, { type: 'receive' }));

  it('is acknowledged once, by a role that may', () => {
    expect(() => received.decide(fresh, acknowledge(['operator']))).toThrow(refusal('role-missing'));
    const noted = received.evolve(fresh, received.decide(fresh, acknowledge(['supervisor'])));
    expect(noted).toEqual({ state: 'acknowledged', version: 2 });
    expect(() => received.decide(noted, acknowledge(['supervisor']))).toThrow(
      refusal('referral-acknowledged'),
    );
  });

  it('is nothing any more once it was taken back', () => {
    const gone = received.evolve(fresh, received.decide(fresh, { type: 'void' }));
    expect(() => received.decide(gone, acknowledge(['supervisor']))).toThrow(refusal('referral-voided'));
  });
});
