import type { Agency, Directory } from '@liaison/kernel';
import { decideFlight, evolveFlight, type Flight, type FlightCommand } from '@liaison/placement';
import fc from 'fast-check';
import {
  decideReceived,
  evolveReceived,
  passedOnTo,
  type ReceivedFlight,
  type ReceivedFlightCommand,
  toldOf,
  type ToldOfFlight,
} from './flight';

const agency = (id: string, kind: Agency['kind'], departement: string): Agency => ({
  ...{ id, kind, name: id, departement, competentFor: [departement], units: [], inboxPartitions: 1 },
  contactPoints: kind === 'police' ? [{ id: 'awake', purpose: 'flights', name: 'Astreinte' }] : [],
});
const POLICE = ['75', '93', '13'].map((departement) =>
  agency(`police-${departement}`, 'police', departement),
);
const ASE = agency('ase-75', 'ase', '75');
const FOLLOWER = agency('asso-maraude', 'association', '75');
const SHELTER = agency('asso-abri', 'association', '35');
const DIRECTORY = {
  competentAgencies: (kind: string, departement: string) =>
    kind === 'police' ? POLICE.filter((each) => each.departement === departement) : [],
} as Partial<Directory> as Directory;
const NOTICED = new Date('2026-03-10T03:00:00Z');
const LATER = new Date('2026-03-10T09:00:00Z');

/** What somebody does, what arrives, and the clock that child protection looks at. */
const STEPS = [
  'shelter-notices',
  'shelter-reports',
  'shelter-ends',
  'report-arrives',
  'overdue-arrives',
  'end-arrives',
  'child-protection-reports',
  'child-protection-looks',
  'police-take-note',
  'child-protection-takes-note',
] as const;
type Step = (typeof STEPS)[number];

/** The shelter, child protection and whoever they tell, as the services do it: by the same decisions, with nothing between them but letters. */
class World {
  readonly told: {
    readonly by: string;
    readonly to: string;
    readonly duty: string;
    readonly passed: boolean;
  }[] = [];
  readonly toldOfEnd = new Set<string>();
  private readonly atShelter: Flights;
  private readonly atAse: Flights;
  private received: ReceivedFlight | undefined;
  /** What runs at child protection is what the shelter reported. */
  private passed = false;
  private readonly letters = new Set<Step>();

  constructor(
    private readonly seenIn: string,
    private readonly followers: readonly ToldOfFlight[],
  ) {
    this.atShelter = new Flights(SHELTER.id, this);
    this.atAse = new Flights(ASE.id, this);
  }

  do(step: Step): void {
    try {
      this.try(step);
    } catch (error) {
      // What may not be done now is not done.
      if (!(error instanceof Error) || error.name !== 'AppError') throw error;
    }
  }

  private try(step: Step): void {
    switch (step) {
      case 'shelter-notices':
        this.atShelter.act({ type: 'notice', at: NOTICED });
        this.letters.add('overdue-arrives');
        return;
      case 'shelter-reports':
        this.atShelter.act({ type: 'report', noticedAt: NOTICED, at: NOTICED });
        this.letters.add('report-arrives');
        return this.tell(
          SHELTER,
          toldOf(DIRECTORY, this.seenIn, [{ agency: ASE, duty: 'child-protection' }]),
        );
      case 'shelter-ends':
        this.atShelter.act({ type: 'find', at: LATER });
        this.letters.add('end-arrives');
        return;
      case 'report-arrives':
        return this.hear(step, { type: 'hear' });
      case 'overdue-arrives':
        return this.hear(step, { type: 'hear-overdue' });
      case 'end-arrives':
        return this.hear(step, { type: 'hear-end', outcome: 'found' });
      case 'child-protection-reports':
        this.atAse.act({ type: 'report', noticedAt: NOTICED, at: NOTICED });
        return this.tell(ASE, toldOf(DIRECTORY, this.seenIn, this.followers));
      case 'child-protection-looks':
        return this.passOn();
      case 'police-take-note':
        return;
      case 'child-protection-takes-note':
        this.received = evolveReceived(
          this.received,
          decideReceived(this.received, {
            type: 'acknowledge',
            at: LATER,
            unit: 'mna',
            roles: ['caseworker'],
          }),
        );
    }
  }

  private passOn(): void {
    if (!this.received) return;
    const { state } = this.received;
    const to = passedOnTo({ state, sender: SHELTER.id }, this.atAse.running, this.followers);
    if (to.length > 0 && this.atAse.running?.state !== 'reported') {
      this.atAse.act({ type: 'report', noticedAt: NOTICED, at: NOTICED });
      this.tell(ASE, to, true);
      this.passed = true;
    }
    if (state !== 'gone' && state !== 'overdue' && this.passed) {
      this.passed = false;
      this.atAse.act({ type: 'find', at: LATER });
    }
  }

  private hear(letter: Step, command: ReceivedFlightCommand): void {
    // Nothing arrives that nobody sent; what arrives twice is known.
    if (!this.letters.delete(letter)) return;
    this.received = evolveReceived(this.received, decideReceived(this.received, command));
  }

  private tell(by: Agency, to: readonly ToldOfFlight[], passed = false): void {
    for (const {
      agency: { id },
      duty,
    } of to)
      this.told.push({ by: by.id, to: id, duty, passed });
  }

  end(by: string): void {
    for (const each of this.told) if (each.by === by) this.toldOfEnd.add(`${by} ${each.to}`);
  }
}

/** The flight that runs at one agency; after it another may begin. */
class Flights {
  running: Flight | undefined;

  constructor(
    private readonly of: string,
    private readonly world: World,
  ) {}

  act(command: FlightCommand): void {
    const event = decideFlight(this.running, command);
    const flight = evolveFlight(this.running, event);
    this.running = flight.state === 'noticed' || flight.state === 'reported' ? flight : undefined;
    if (!this.running) this.world.end(this.of);
  }
}

const worlds = fc.record({
  seenIn: fc.constantFrom('75', '93', '13', '35'),
  followed: fc.boolean(),
  steps: fc.array(fc.constantFrom(...STEPS), { maxLength: 25 }),
});
const play = ({ seenIn, followed, steps }: { seenIn: string; followed: boolean; steps: readonly Step[] }) => {
  const following: readonly ToldOfFlight[] = followed ? [{ agency: FOLLOWER, duty: 'following' }] : [];
  const world = new World(seenIn, following);
  for (const step of steps) world.do(step);
  return world;
};

describe('who is told that a child is gone (R29)', () => {
  it('whatever comes first: those who search where it was seen, the child protection in charge and whoever follows it, and nobody else', () => {
    fc.assert(
      fc.property(worlds, (given) => {
        const { told } = play(given);
        const may = [`police-${given.seenIn} search`, 'ase-75 child-protection'];
        if (given.followed) may.push('asso-maraude following');
        for (const { to, duty } of told) expect(may).toContain(`${to} ${duty}`);
      }),
    );
  });

  it('each of them, once the letters have arrived and child protection has looked, unless the child was found before', () => {
    fc.assert(
      fc.property(worlds, (given) => {
        const steps = given.steps.filter((step) => step !== 'shelter-ends');
        const settled = [
          'shelter-reports',
          'report-arrives',
          'overdue-arrives',
          'child-protection-looks',
        ] as const;
        const { told } = play({ ...given, steps: [...steps, ...settled] });
        const expected = ['ase-75'];
        if (given.seenIn !== '35') expected.push(`police-${given.seenIn}`);
        if (given.followed) expected.push('asso-maraude');
        expect([...new Set(told.map(({ to }) => to))].sort()).toEqual(expected.sort());
        // By whom it is said to a follower: never twice by child protection, which alone knows who follows the child.
        expect(told.filter(({ duty }) => duty === 'following').length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('and that it is over: everybody who was told, in whatever order that comes', () => {
    fc.assert(
      fc.property(worlds, (given) => {
        const settled = [
          ...(['report-arrives', 'shelter-ends', 'end-arrives', 'overdue-arrives'] as const),
          ...(['child-protection-looks', 'report-arrives', 'child-protection-looks'] as const),
        ];
        const world = play({ ...given, steps: ['shelter-reports', ...given.steps, ...settled] });
        // What child protection reported itself it ends itself.
        for (const { by, to, passed } of world.told) {
          if (by === SHELTER.id || passed) expect(world.toldOfEnd).toContain(`${by} ${to}`);
        }
      }),
    );
  });
});
