import { NOTICE_ACKNOWLEDGED, type NoticeAcknowledgedV1 } from '@liaison/contracts';
import {
  type AgencyWorld,
  currentConvention,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { POLICE } from '../service';
import { about, Notices, receivedAbout } from './notices.test';

const acknowledgement = (changes: Partial<NoticeAcknowledgedV1> = {}) => ({
  type: NOTICE_ACKNOWLEDGED,
  document: {
    acknowledgedAt: '2026-03-02T10:00:00.000Z',
    role: 'desk',
    unit: 'desk',
    recipientVersion: 1,
    ...changes,
  },
});

describe('acknowledgements of notices', () => {
  let world: AgencyWorld;
  let police: TestService;
  let prefecture: TestPeer;
  let other: TestPeer;
  let notices: Notices;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    prefecture = await startPeer(world, 'prefecture-75');
    other = await startPeer(world, 'prefecture-13');
    notices = await Notices.of(police);
  });
  afterAll(() => world.stop());

  const issued = async (familyName: string) => {
    const { body } = await notices.issueNow({ content: about(familyName) });
    return { id: String(body.id), received: await receivedAbout(familyName, prefecture) };
  };
  const parked = (reference: string) =>
    eventually(async () => {
      const [row] = await police.database.owner.query<{ state: string; reason: string }[]>(
        "SELECT state, reason FROM messaging.inbox WHERE reference = $1 AND state = 'parked'",
        [reference],
      );
      if (!row) throw new Error('not parked yet');
      return row.reason;
    });

  it('stand beside the notice that they are about, with where they came from', async () => {
    const [first, second] = [await issued('Ibe'), await issued('Jaja')];
    await prefecture.answer(first.received, acknowledgement());
    await prefecture.answer(first.received, acknowledgement({ role: 'supervisor' }));
    await prefecture.answer(second.received, acknowledgement());
    await eventually(async () => expect(await notices.count('police.notice_acknowledgement')).toBe(3));

    const [delivery] = await notices.deliveries(first.id);
    expect(delivery).toMatchObject({ state: 'acknowledged', recipient: 'prefecture-75' });
    expect(delivery?.acknowledgements.map(({ role }) => role)).toEqual(['desk', 'supervisor']);
    const rows = await police.database.owner.query<object[]>(
      'SELECT agency, convention FROM police.notice_acknowledgement WHERE notice_id = $1',
      [second.id],
    );
    expect(rows).toEqual([{ agency: 'prefecture-75', convention: currentConvention('police-prefecture') }]);
    const { body } = await notices.officer.get(`/v1/notices/${first.id}`);
    expect(body).toMatchObject({ version: 2 });
  });

  it('are parked where nothing was sent under their reference', async () => {
    const reference = await other.send('police-75', acknowledgement());
    expect(await parked(reference)).toBe('notice-not-issued');
  });

  it('are parked where they name a version that was never issued', async () => {
    const { id, received } = await issued('Kanu');
    await prefecture.answer(received, acknowledgement({ recipientVersion: 2 }));
    expect(await parked(received.envelope.subject)).toBe('acknowledgement-unexpected');
    expect(await notices.whenDelivered(id, 'delivered')).toMatchObject({ acknowledgements: [] });
  });
});
