import { aReferral } from '@liaison/testing';
import { MARK } from '../../marked-notice';
import type { System } from '../../system';
import type { Diary } from './diary';
import { Hands } from './hands';

/** In the address of every place, and in nothing else. */
export const ADDRESS_MARK = 'zqjtilleuls';

/** Somebody who looks at what there is to do and does some of it, again and again. */
export type Person = () => Promise<void>;

interface Item {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly caseId: string;
}

/** Fewer beds than children who need them, so that several ask for the last one. */
const PLACES = [
  { departement: '35', capacity: 1 },
  { departement: '29', capacity: 1 },
  { departement: '56', capacity: 2 },
];
const NEEDS = {
  children: [{ ages: { from: 15, to: 16 }, sex: 'female', languages: ['en'] }],
  exploitation: ['75', '93'],
  secure: 'needed',
};
/** Turns for which a child has a place before the search is ended, and the bed free again. */
const STAY_TURNS = 6;
const MOST_WAITING = 4;
const MINUTE_MS = 60_000;

const civilStatusOf = (familyName: string) => ({
  declared: { familyName, estimatedAge: 15, estimatedAgeBasis: ['appearance' as const] },
  languages: ['en'],
});

/** Everybody who does something for children: each sees their own service only, as in life. */
export function peopleOf(system: System, diary: Diary): readonly Person[] {
  const hands = (service: Hands['service'], account: string): Hands =>
    new Hands(system, diary, service, account);
  const ase = hands('ase', 'caseworker-mna');
  const otherAse = hands('ase-13', 'caseworker-mna-13');
  return [
    streetTeam(hands('association', 'caseworker-maraude'), diary),
    shelter(hands('association', 'caseworker-maraude')),
    childProtection(ase),
    placing(ase),
    conflicts(ase),
    claims(otherAse),
    placing(otherAse),
    parquet(hands('partner', 'caseworker-parquet')),
    police(hands('police', 'officer-bpm')),
  ];
}

/** Refers a child a turn, as long as child protection keeps up, with a copy to the parquet. */
function streetTeam(team: Hands, diary: Diary): Person {
  return async () => {
    const waiting = await team.list<Item>('/v1/referrals?state=sent&limit=20');
    if (waiting.length >= MOST_WAITING) return;
    const child = `${MARK} child ${String(diary.nextChild()).padStart(4, '0')}`;
    const content = aReferral({ prosecutor: true, civilStatus: civilStatusOf(child) });
    await team.act({
      step: 'refer',
      what: `refer ${child}`,
      path: '/v1/referrals',
      body: { content },
      child,
    });
  };
}

/** Declares places once; then accepts three of four offers, and reports that every second child who came is gone. */
function shelter(house: Hands): Person {
  return async () => {
    for (const { departement, capacity } of PLACES) {
      const body = {
        ...{ label: 'Maison bleue', lodging: 'authorised-establishment', departement, capacity },
        address: { line: `3 rue ${ADDRESS_MARK}`, postalCode: '35000', commune: 'Rennes' },
        ...{ ages: { from: 12, to: 17 }, sexes: ['female'], languages: ['en'], trainedStaff: true },
        ...{ secure: true, schooling: ['school'] },
      };
      await house.act({ step: 'declare', what: `declare ${departement}`, path: '/v1/places', body });
    }
    for (const { id, version } of await house.list<Item>('/v1/placement-offers?state=held&limit=20')) {
      const path = `/v1/placement-offers/${id}`;
      await (oneIn(4, id)
        ? house.act({
            ...{ step: 'decline', what: `decline ${id}`, path: `${path}/decline`, version, on: id },
            body: { reason: 'no-staff' },
          })
        : house.act({ step: 'accept', what: `accept ${id}`, path: `${path}/accept`, version, on: id }));
    }
    const taken = await house.list<Item>('/v1/placement-offers?state=accepted&limit=20');
    for (const { id } of taken.filter((offer) => oneIn(2, offer.id))) {
      const at = new Date(Date.now() - MINUTE_MS).toISOString();
      const content = { noticedAt: at, lastSeen: { departement: '75', at }, clothing: 'Grey hooded coat' };
      const body = { subject: id, content };
      await house.act({ step: 'report', what: `report ${id}`, path: '/v1/flights', body });
    }
  };
}

/** Takes each child who is referred: one of three is said to belong elsewhere, the others need a place. */
function childProtection(ase: Hands): Person {
  return async () => {
    for (const { id, version, caseId } of await ase.list<Item>('/v1/received-referrals?state=new&limit=5')) {
      const path = `/v1/received-referrals/${id}`;
      const read = await ase.get<{ content: { civilStatus?: { declared?: { familyName?: string } } } }>(path);
      const child = read?.content.civilStatus?.declared?.familyName;
      if (child === undefined) continue;
      if (oneIn(3, id)) {
        const content = {
          ...{ departement: '13', ground: 'residence', age: { ground: 'estimated' } },
          civilStatus: civilStatusOf(child),
        };
        const body = { caseId, content };
        await ase.act({
          ...{ step: 'claim', what: `claim ${caseId}`, path: '/v1/competence-conflicts', body, child },
        });
      } else await file(ase, caseId);
      await ase.act({
        ...{ step: 'acknowledge', what: `acknowledge ${id}`, path: `${path}/acknowledge`, version, on: id },
      });
    }
  };
}

/** The same answer whenever it is asked, so that what has been begun is not done otherwise the next time. */
const oneIn = (count: number, id: string): boolean => parseInt(id.slice(-4), 16) % count === 0;

const file = (ase: Hands, caseId: string) =>
  ase.act({
    ...{ step: 'file', what: `file ${caseId}`, path: '/v1/placement-requests' },
    body: { caseId, needs: NEEDS },
  });

/** Asks shelters for beds, takes some offers back while they are asked, and ends the search of others. */
function placing(ase: Hands): Person {
  const requests = '/v1/placement-requests';
  const seen = new Map<string, number>();
  return async () => {
    for (const { id, version } of await ase.list<Item>(`${requests}?state=open&limit=4`)) {
      const place = await fitting(ase, id);
      if (place === undefined) continue;
      const what = `offer ${id} ${version} ${place}`;
      await ase.act({
        ...{ step: 'offer', what, path: `${requests}/${id}/offers`, version, body: { place }, on: id },
      });
    }
    const running = [
      ...(await ase.list<Item>(`${requests}?state=offered&limit=20`)),
      ...(await ase.list<Item>(`${requests}?state=placed&limit=20`)),
    ];
    for (const { id, version, state } of running) {
      const turns = (seen.get(id) ?? 0) + 1;
      seen.set(id, turns);
      // Some withdrawals cross an answer.
      const crossing = state === 'offered' && oneIn(8, id);
      if (!crossing && (state === 'offered' || turns < STAY_TURNS)) continue;
      await ase.act({
        ...{ step: 'withdraw', what: `withdraw ${id}`, path: `${requests}/${id}/withdraw`, version, on: id },
      });
    }
    await obeyOrders(ase);
  };
}

/** Of the request's child; undefined where no place fits. */
async function fitting(ase: Hands, request: string): Promise<string | undefined> {
  const path = `/v1/placement-requests/${request}/places`;
  const ranked = await ase.list<{ place: string; fits: boolean }>(path);
  return ranked.find(({ fits }) => fits)?.place;
}

async function obeyOrders(ase: Hands): Promise<void> {
  const orders = '/v1/placement-orders';
  for (const { id, version } of await ase.list<Item>(`${orders}?state=received&limit=3`)) {
    const [request] = await ase.list<Item>('/v1/placement-requests?state=open&limit=1');
    const place = request && (await fitting(ase, request.id));
    const path = `${orders}/${id}`;
    await (place === undefined
      ? ase.act({
          ...{
            step: 'cannot-execute',
            what: `cannot ${id}`,
            path: `${path}/cannot-execute`,
            version,
            on: id,
          },
          body: { obstacle: 'no-free-place' },
        })
      : ase.act({
          ...{
            step: 'obey',
            what: `obey ${id} ${request?.id} ${place}`,
            path: `${path}/obey`,
            version,
            on: id,
          },
          body: { request: request?.id, place },
        }));
  }
}

/** Asks the parquet about what the other département refuses, and hands over the file of what is decided. */
function conflicts(ase: Hands): Person {
  const path = '/v1/competence-conflicts';
  return async () => {
    for (const { id, version } of await ase.list<Item>(`${path}?state=in-conflict&limit=10`)) {
      await ase.act({
        ...{ step: 'escalate', what: `escalate ${id}`, path: `${path}/${id}/escalate`, version, on: id },
      });
    }
    for (const { id, version } of await ase.list<Item>(`${path}?state=decided&limit=10`)) {
      await ase.act({
        ...{ step: 'hand-over', what: `hand over ${id}`, path: `${path}/${id}/hand-over`, version, on: id },
      });
    }
  };
}

/** The other département: accepts every second claim, takes over each child whose file has come, and looks for a place. */
function claims(ase: Hands): Person {
  const path = '/v1/competence-claims';
  return async () => {
    for (const { id, version } of await ase.list<Item>(`${path}?state=received&limit=10`)) {
      const body = oneIn(2, id) ? { answer: 'accepted' } : { answer: 'refused', ground: 'offence' };
      const what = `answer ${id}`;
      await ase.act({ step: 'answer', what, path: `${path}/${id}/answer`, version, body, on: id });
    }
    for (const { id, version, caseId } of await ase.list<Item>(`${path}?state=file-received&limit=10`)) {
      await file(ase, caseId);
      await ase.act({
        ...{ step: 'take-over', what: `take over ${id}`, path: `${path}/${id}/take-over`, version, on: id },
      });
    }
  };
}

/** Decides what it is asked; takes note of each copy of a referral, and orders that every second of these children is placed. */
function parquet(mineurs: Hands): Person {
  const path = '/v1/competence-arbitrations';
  return async () => {
    for (const { id, version } of await mineurs.list<Item>(`${path}?state=open&limit=10`)) {
      const body = { departement: '13' };
      await mineurs.act({
        ...{ step: 'decide', what: `decide ${id}`, path: `${path}/${id}/decide`, version, body, on: id },
      });
    }
    const copies = '/v1/received-referrals';
    for (const { id, version, caseId } of await mineurs.list<Item>(`${copies}?state=new&limit=5`)) {
      if (oneIn(2, id)) {
        const content = {
          ...{ orderedBy: 'juge-des-enfants', orderedOn: '2026-03-02', age: { ground: 'estimated' } },
          civilStatus: civilStatusOf(`${MARK} ordered`),
        };
        const body = { caseId, childProtection: '75', content };
        await mineurs.act({ step: 'order', what: `order ${caseId}`, path: '/v1/placement-orders', body });
      }
      await mineurs.act({
        ...{ step: 'acknowledge', what: `acknowledge ${id}`, path: `${copies}/${id}/acknowledge` },
        ...{ version, on: id },
      });
    }
  };
}

/** Takes note of each child who is gone, and finds it. */
function police(searchers: Hands): Person {
  const flights = '/v1/received-flights';
  return async () => {
    for (const { id, version } of await searchers.list<Item>(`${flights}?state=gone&limit=10`)) {
      const path = `${flights}/${id}`;
      const noted = await searchers.act<Item>({
        ...{ step: 'note', what: `note ${id}`, path: `${path}/acknowledge`, version, on: id },
      });
      const body = { departement: '93' };
      await searchers.act({
        ...{ step: 'find', what: `find ${id}`, path: `${path}/found`, body, on: id },
        version: noted?.version ?? version,
      });
    }
  };
}
