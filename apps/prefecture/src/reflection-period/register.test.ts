import { aNotice } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent, Test } from 'supertest';
import { type ArrivedNotice, type DeskWorld, startDeskWorld } from '../desk-world.test';

/** Of the person whom every notice here is about. */
export const PERSON = /Osagie|Blessing|Benin/;
const DOCUMENT = aNotice({
  civilStatus: {
    declared: {
      familyName: 'Osagie',
      givenNames: ['Blessing'],
      birthDate: '2001-06-14',
      birthPlace: 'Benin City',
      nationalities: ['NG'],
    },
  },
});

interface OpenedPeriod {
  readonly id: string;
  readonly receiptNumber: string;
  readonly from: string;
  readonly lastDay: string;
  readonly article: string;
}
interface ListedPeriod {
  readonly id: string;
  readonly status: string;
  readonly daysLeft: number | null;
  readonly endingSoon: boolean;
  readonly breached: boolean;
}

/** The register of receipts of a préfecture, with what every suite does with it. */
export interface Register extends DeskWorld {
  receive(document?: typeof DOCUMENT): Promise<ArrivedNotice>;
  /** By the desk, unless it is said who. */
  post(path: string, body: object, as?: Agent, key?: string): Test;
  /** A period that rests on a notice of its own. */
  open(more?: object): Promise<OpenedPeriod>;
  list(query?: object): Promise<ListedPeriod[]>;
  /** Audit records of readings. */
  readings(reference: string): Promise<{ record: object }[]>;
}

export async function startRegister(): Promise<Register> {
  const at = await startDeskWorld();
  const receive = (document = DOCUMENT) => at.receive(document);
  const post = (path: string, body: object, as = at.desk, key: string = randomUUID()) =>
    as.post(`/v1/reflection-periods${path}`).set('Idempotency-Key', key).send(body);
  return {
    ...at,
    receive,
    post,
    open: async (more = {}) => {
      const { id: noticeId } = await receive();
      const { body } = await post('', { noticeId, language: 'ro', ...more }).expect(201);
      return body as OpenedPeriod;
    },
    list: async (query = {}) => {
      const listed = at.desk.get('/v1/reflection-periods').query({ limit: 200, ...query });
      return (await listed.expect(200)).body.items as ListedPeriod[];
    },
    readings: (reference) =>
      at.prefecture.database.owner.query<{ record: object }[]>(
        "SELECT record FROM messaging.audit_record WHERE kind = 'read' AND reference = $1",
        [reference],
      ),
  };
}
