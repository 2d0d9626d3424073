import type { NoticeIssuedV2 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import fc from 'fast-check';
import { decide, type Draft, evolve, type Notice, type NoticeCommand, type NoticeEvent } from './notice';

const content = (familyName: string): NoticeIssuedV2 => ({
  procedure: { departement: '75' },
  civilStatus: { declared: { familyName } },
});
const draft = (familyName = 'Adeyemi'): Draft => ({
  content: content(familyName),
  protection: { identity: false, address: false },
});

const WRITTEN: NoticeEvent = { type: 'written', draft: draft() };
const ISSUED: NoticeEvent = { type: 'issued', draft: draft(), recipients: ['prefecture-75'] };

const given = (...events: NoticeEvent[]) => {
  const notice = events.reduce<Notice | undefined>((state, event) => evolve(state, event), undefined);
  return {
    when: (command: NoticeCommand) => ({
      then: (event: NoticeEvent) => expect(decide(notice, command)).toEqual(event),
      refused: (code: string) => expect(codeOf(() => decide(notice, command))).toBe(code),
    }),
    state: notice,
  };
};

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return undefined;
}

describe('a notice', () => {
  it('is written once', () => {
    given().when({ type: 'write', draft: draft() }).then(WRITTEN);
    given(WRITTEN).when({ type: 'write', draft: draft() }).refused('notice-exists');
  });

  it('is edited while it is a draft', () => {
    const edited: NoticeEvent = { type: 'edited', draft: draft('Okoro') };
    given(WRITTEN)
      .when({ type: 'edit', draft: draft('Okoro') })
      .then(edited);
    expect(given(WRITTEN, edited).state).toEqual({ state: 'draft', version: 2, draft: draft('Okoro') });
    given().when({ type: 'edit', draft: draft() }).refused('notice-not-draft');
    given(WRITTEN, ISSUED).when({ type: 'edit', draft: draft() }).refused('notice-not-draft');
  });

  it('is issued once, as it stands, to recipients that are there', () => {
    given(WRITTEN, { type: 'edited', draft: draft('Okoro') })
      .when({ type: 'issue', recipients: ['prefecture-75', 'prefecture-13', 'prefecture-75'] })
      .then({ type: 'issued', draft: draft('Okoro'), recipients: ['prefecture-75', 'prefecture-13'] });
    given(WRITTEN).when({ type: 'issue', recipients: [] }).refused('recipient-missing');
    given()
      .when({ type: 'issue', recipients: ['prefecture-75'] })
      .refused('notice-not-draft');
    given(WRITTEN, ISSUED)
      .when({ type: 'issue', recipients: ['prefecture-13'] })
      .refused('notice-not-draft');
  });

  it('is acknowledged by its recipients, as often as they like, and stays as it is', () => {
    const acknowledged: NoticeEvent = { type: 'acknowledged', by: 'prefecture-75', recipientVersion: 1 };
    const acknowledge: NoticeCommand = { type: 'acknowledge', by: 'prefecture-75', recipientVersion: 1 };
    given(WRITTEN, ISSUED).when(acknowledge).then(acknowledged);
    given(WRITTEN, ISSUED, acknowledged).when(acknowledge).then(acknowledged);
    expect(given(WRITTEN, ISSUED, acknowledged).state).toEqual(given(WRITTEN, ISSUED).state);
    given(WRITTEN, ISSUED)
      .when({ type: 'acknowledge', by: 'prefecture-75' })
      .then({ type: 'acknowledged', by: 'prefecture-75' });
  });

  it('is acknowledged by nobody else, in no other version, and not before it was issued', () => {
    given(WRITTEN, ISSUED)
      .when({ type: 'acknowledge', by: 'prefecture-13', recipientVersion: 1 })
      .refused('acknowledgement-unexpected');
    given(WRITTEN, ISSUED)
      .when({ type: 'acknowledge', by: 'prefecture-75', recipientVersion: 2 })
      .refused('acknowledgement-unexpected');
    given(WRITTEN).when({ type: 'acknowledge', by: 'prefecture-75' }).refused('notice-not-issued');
    given().when({ type: 'acknowledge', by: 'prefecture-75' }).refused('notice-not-issued');
  });

  it('reaches no illegal state, whatever is asked of it in whatever order', () => {
    const agency = fc.constantFrom('prefecture-75', 'prefecture-13', 'asso-refuge');
    const drafted = fc.constantFrom('Adeyemi', 'Okoro').map(draft);
    const command: fc.Arbitrary<NoticeCommand> = fc.oneof(
      drafted.map((written) => ({ type: 'write' as const, draft: written })),
      drafted.map((edited) => ({ type: 'edit' as const, draft: edited })),
      fc.array(agency, { maxLength: 4 }).map((recipients) => ({ type: 'issue' as const, recipients })),
      fc
        .record({ by: agency, recipientVersion: fc.integer({ min: 1, max: 3 }) })
        .map((acknowledgement) => ({ type: 'acknowledge' as const, ...acknowledgement })),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        let notice: Notice | undefined;
        let changes = 0;
        let last: Draft | undefined;
        const events: NoticeEvent[] = [];
        for (const each of commands) {
          const before = notice;
          let event: NoticeEvent;
          try {
            event = decide(notice, each);
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
            continue;
          }
          notice = evolve(notice, event);
          events.push(event);
          if (event.type === 'acknowledged') {
            expect(notice).toBe(before);
            expect(notice.state === 'issued' && notice.recipients).toContain(event.by);
          } else {
            changes += 1;
            if (event.type === 'issued') expect(event.draft).toBe(last);
            last = event.draft;
          }
          expect(notice.version).toBe(changes);
          if (before?.state === 'issued') expect(notice.state).toBe('issued');
          if (notice.state === 'issued') {
            expect(notice.recipients.length).toBeGreaterThan(0);
            expect(new Set(notice.recipients).size).toBe(notice.recipients.length);
          }
        }
        expect(events.filter(({ type }) => type === 'issued').length).toBeLessThanOrEqual(1);
        expect(events.filter(({ type }) => type === 'written').length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
