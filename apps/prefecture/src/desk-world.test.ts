import { NOTICE_ISSUED, type NoticeIssuedV2 } from '@liaison/contracts';
import {
  type AgencyWorld,
  aNotice,
  changedConvention,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from 'supertest';
import { PREFECTURE } from './service';

/** Facts of an adult whom nothing protects. */
export const ADULT = { departement: '75', protectedIdentity: false, protectedAddress: false };

/** As the list of notices has it. */
export interface ArrivedNotice {
  readonly id: string;
  readonly reference: string;
  readonly caseId: string;
  readonly [name: string]: unknown;
}

/** A préfecture with its desk, and police that send it notices. */
export interface DeskWorld {
  readonly world: AgencyWorld;
  readonly police: TestPeer;
  readonly prefecture: TestService;
  readonly desk: Agent;
  readonly caseworker: Agent;
  /** The legal day in Paris. */
  readonly today: string;
  /** Sends a notice, and waits until the desk has it. */
  receive(document?: NoticeIssuedV2, from?: TestPeer): Promise<ArrivedNotice>;
}

export async function startDeskWorld(options?: Parameters<typeof startAgencyWorld>[0]): Promise<DeskWorld> {
  const world = await startAgencyWorld(options);
  const police = await startPeer(world, 'police-75');
  const prefecture = await world.start({ agencyId: 'prefecture-75', ...PREFECTURE });
  const desk = await prefecture.as({ unit: 'desk', roles: ['desk'] });
  const receive = async (document = aNotice(), from = police) => {
    const reference = await from.send('prefecture-75', { type: NOTICE_ISSUED, document, facts: ADULT });
    return eventually(async () => {
      const { body } = await desk.get('/v1/notices').query({ limit: 200 }).expect(200);
      const arrived = (body.items as ArrivedNotice[]).find((each) => each.reference === reference);
      if (!arrived) throw new Error('it has not arrived');
      return arrived;
    });
  };
  return {
    world,
    police,
    prefecture,
    desk,
    caseworker: await prefecture.as({ unit: 'desk', roles: ['caseworker'] }),
    today: new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' }).format(new Date()),
    receive,
  };
}

type Declared = NonNullable<NoticeIssuedV2['civilStatus']['declared']>;

/** A notice about somebody who says this of themselves. */
export const noticeAbout = (declared: Declared): NoticeIssuedV2 => aNotice({ civilStatus: { declared } });

/**
 * A folder of conventions in which the declared birth date is for `desk` and `supervisor` only; whoever asks removes it.
 */
export const hidingBirthDates = (): string =>
  changedConvention('police-prefecture', (text) =>
    text.replace(
      '        procedure.reference: {',
      '        civilStatus.declared.birthDate: { treatment: release, readers: [desk, supervisor], articles: [CPP 11] }\n$&',
    ),
  );

/** The demonstration's directory and a second investigating service, `police-13`, as a file in this folder. */
export function withMarseille(folder: string): string {
  const file = join(folder, 'directory.yaml');
  const text = readFileSync(join(__dirname, '../../../config/directory.demo.yaml'), 'utf8');
  const [block = ''] = /^ {2}- id: police-75\n[^]*?(?=^ {2}- id: )/m.exec(text) ?? [];
  const second = block
    .replaceAll('police-75', 'police-13')
    .replaceAll(`'75'`, `'13'`)
    .replaceAll('Paris', 'Marseille');
  writeFileSync(file, text.replace(block, block + second));
  return file;
}
