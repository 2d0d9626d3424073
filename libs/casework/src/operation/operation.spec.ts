import type { OperationAnnouncedV1 } from '@liaison/contracts';
import { addDays, type Agency, AppError, type Directory } from '@liaison/kernel';
import fc from 'fast-check';
import * as announced from './operation';
import * as received from './received-operation';

const TODAY = '2026-12-01';
const AT = new Date('2026-12-01T09:00:00Z');

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
};

const anAnnouncement = (more: Partial<OperationAnnouncedV1> = {}): OperationAnnouncedV1 => ({
  departement: '75',
  from: TODAY,
  until: '2026-12-04',
  expectedPeople: 12,
  profiles: ['adults'],
  ...more,
});

describe('an announcement', () => {
  it.each([
    ['before today', { from: '2026-11-30' }],
    ['that ends before it begins', { from: '2026-12-04', until: '2026-12-03' }],
    ['of more than a fortnight', { until: '2026-12-15' }],
    ['too far ahead', { from: '2027-03-01', until: '2027-03-02' }],
  ])('%s is refused', (_, more) => {
    expect(codeOf(() => announced.requireAnnounceable(anAnnouncement(more), TODAY))).toBe(
      'operation-window-invalid',
    );
  });

  it('that names somebody is refused, without repeating the name', () => {
    const content = anAnnouncement({ preparationNote: 'Prévoir une chambre pour Mercy.' });
    try {
      announced.requireAnnounceable(content, TODAY);
      throw new Error('it was taken');
    } catch (error) {
      const { code, message, options } = error as AppError;
      expect(code).toBe('operation-names-somebody');
      expect(options.fields).toEqual({
        preparationNote: expect.stringMatching(/^Characters 26 to 30: may be a name/),
      });
      expect(message + JSON.stringify(options.fields)).not.toContain('Mercy');
    }
  });
});

describe('who is told', () => {
  const agency = (id: string, kind: string, contact?: string): Agency => ({
    id,
    kind,
    name: id,
    departement: '75',
    competentFor: ['75'],
    units: [],
    contactPoints: contact === undefined ? [] : [{ id: contact, purpose: 'operations', name: 'Astreinte' }],
    inboxPartitions: 1,
  });
  const ALL = [
    agency('ase-75', 'ase', 'mna'),
    agency('asso-a', 'association', 'foyer'),
    agency('asso-b', 'association'),
  ];
  const directory: Directory = {
    agencies: () => ALL,
    findAgency: (id) => ALL.find((each) => each.id === id),
    competentAgencies: (kind, departement) =>
      ALL.filter((each) => each.kind === kind && each.competentFor.includes(departement)),
  };
  const told = (more: Partial<OperationAnnouncedV1>, only?: readonly string[]) =>
    announced
      .contactsFor(directory, anAnnouncement(more), only)
      .map(({ agency: { id }, contact }) => `${id}/${contact}`);

  it('is whoever has a named contact point for operations, and takes in people of that profile', () => {
    expect(told({})).toEqual(['asso-a/foyer']);
    expect(told({ profiles: ['adults', 'minors'] })).toEqual(['asso-a/foyer', 'ase-75/mna']);
  });

  it('is nobody by any other way', () => {
    expect(codeOf(() => told({}, ['asso-b']))).toBe('operation-contact-missing');
    expect(codeOf(() => told({}, ['ase-75']))).toBe('operation-contact-missing');
    expect(codeOf(() => told({ departement: '29' }))).toBe('operation-contact-missing');
  });
});

/** Whatever somebody does with it, in whatever order. */
const day = fc.nat(20).map((days) => addDays('2026-11-25', days));
const commands = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('acknowledge' as const),
      at: fc.constant(AT),
      today: day,
      unit: fc.constant('foyer'),
      roles: fc.constantFrom(['caseworker'], ['supervisor'], ['operator']),
      placesHeld: fc.nat(20),
    }),
    fc.record({ type: fc.constant('call-off' as const) }),
  ),
  { maxLength: 12 },
);

describe('a received operation', () => {
  it('holds no more places than people are expected, none after its last day, none once it is called off', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 15 }),
        day,
        commands,
        day,
        (expectedPeople, until, tried, today) => {
          let operation = received.evolve(
            undefined,
            received.decide(undefined, { type: 'receive', until, expectedPeople }),
          );
          for (const command of tried) {
            const before = operation;
            const refused = codeOf(() => {
              operation = received.evolve(operation, received.decide(operation, command));
            });
            expect(operation.version).toBe(before.version + (refused === undefined ? 1 : 0));
            if (refused === undefined && command.type === 'acknowledge')
              expect(command.today <= until).toBe(true);
          }
          const held = received.placesHeldOn(operation, today);
          expect(held).toBeGreaterThanOrEqual(0);
          expect(held).toBeLessThanOrEqual(expectedPeople);
          if (today > until || operation.state === 'called-off') expect(held).toBe(0);
        },
      ),
    );
  });

  it('may be acknowledged again with another number, as long as its last day is not over', () => {
    const command = {
      type: 'acknowledge',
      at: AT,
      today: TODAY,
      unit: 'foyer',
      roles: ['caseworker'],
    } as const;
    const first = received.evolve(undefined, { type: 'received', until: TODAY, expectedPeople: 12 });
    const eight = received.evolve(first, received.decide(first, { ...command, placesHeld: 8 }));
    const five = received.evolve(eight, received.decide(eight, { ...command, placesHeld: 5 }));
    expect(five).toMatchObject({ state: 'acknowledged', placesHeld: 5, version: 3 });
    const late = { ...command, today: addDays(TODAY, 1), placesHeld: 5 };
    expect(codeOf(() => received.decide(five, late))).toBe('operation-expired');
    expect(codeOf(() => received.decide(five, { ...command, placesHeld: 13 }))).toBe(
      'operation-places-too-many',
    );
  });
});

describe('an announced operation', () => {
  it('is acknowledged when everybody who was told has said so, and never by somebody who was not', () => {
    const agencies = ['a', 'b', 'c'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...agencies, 'stranger'), { maxLength: 10 }), (answers) => {
        let operation = announced.evolve(undefined, { type: 'announced', until: TODAY, to: agencies });
        for (const agency of answers) {
          const command = { type: 'receive-acknowledgement', agency, placesHeld: 3 } as const;
          const refused = codeOf(() => {
            operation = announced.evolve(operation, announced.decide(operation, command));
          });
          expect(refused).toBe(agency === 'stranger' ? 'operation-acknowledgement-unexpected' : undefined);
        }
        const all = agencies.every((agency) => answers.includes(agency));
        expect(operation.state).toBe(all ? 'acknowledged' : 'announced');
      }),
    );
  });

  it('that was called off stays so, whatever crosses on the way', () => {
    const operation = announced.evolve(undefined, { type: 'announced', until: TODAY, to: ['a'] });
    const off = announced.evolve(operation, announced.decide(operation, { type: 'call-off', today: TODAY }));
    const command = { type: 'receive-acknowledgement', agency: 'a', placesHeld: 3 } as const;
    expect(announced.evolve(off, announced.decide(off, command))).toEqual(off);
    expect(codeOf(() => announced.decide(off, { type: 'call-off', today: TODAY }))).toBe(
      'operation-called-off',
    );
    const late = { type: 'call-off', today: addDays(TODAY, 1) } as const;
    expect(codeOf(() => announced.decide(operation, late))).toBe('operation-expired');
  });
});
