import { eventually } from '@liaison/testing';
import { query } from './books';
import { Casework, PATIENCE } from './casework';
import { MARK } from './marked-notice';
import type { System } from './system';

const CASE_MS = 90_000;
const NAME = `${MARK} supported`;

interface Report {
  readonly id: string;
  readonly version: number;
  readonly state: string;
}

/** What an association tells a préfecture of somebody who agrees, and takes back when they no longer do. Nothing here knows the broker. */
export function supportLine(running: () => System): void {
  test(
    'that somebody is supported reaches the préfecture, and is destroyed there once they no longer agree',
    async () => {
      const system = running();
      const desks = new Casework(system, { prefecture: 'caseworker-75' });
      const { status, body } = await desks.post<Report>('association', '/v1/support-reports', {
        content: {
          departement: '75',
          civilStatus: {
            declared: { familyName: NAME, birthDate: `${new Date().getUTCFullYear() - 22}-01-01` },
          },
          support: { state: 'ongoing', since: '2026-01-12' },
          lodging: { state: 'none' },
        },
        consent: { form: 'written', on: '2026-01-12', language: 'en', explainedAs: 'caseworker' },
      });
      expect(status).toBe(202);
      const received = () => desks.list<Report>('prefecture', '/v1/received-support-reports');
      const [report] = await eventually(async () => {
        const items = await received();
        expect(items).toMatchObject([{ state: 'new' }]);
        return items;
      }, PATIENCE);
      const path = `/v1/received-support-reports/${report?.id}`;
      expect(JSON.stringify(await desks.get('prefecture', path))).toContain(NAME);

      const { version } = body;
      const back = await desks.post(
        'association',
        `/v1/support-reports/${body.id}/withdraw-consent`,
        {},
        { version },
      );
      expect(back.status).toBe(202);
      await eventually(async () => expect(await received()).toMatchObject([{ state: 'voided' }]), PATIENCE);
      const holding = 'SELECT FROM support.received WHERE content::text LIKE $1';
      expect(await query(system.databaseUrl('prefecture'), holding, [`%${NAME}%`])).toEqual([]);
      const found = await desks.list('prefecture', `/v1/search?q=${encodeURIComponent(NAME)}`);
      expect(found).toEqual([]);
      // Whoever said it knows that it is gone.
      const confirmed = `SELECT FROM messaging.inbox WHERE type = 'liaison.share.purged.v1' AND state = 'applied'`;
      await eventually(
        async () => expect(await query(system.databaseUrl('association'), confirmed)).toHaveLength(1),
        PATIENCE,
      );
    },
    CASE_MS,
  );
}
