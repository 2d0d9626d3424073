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

  it('is discarded while it is a draft, and is nothing then', () => {
    given(WRITTEN).when({ type: 'discard' }).then({ type: 'discarded' });
    given(WRITTEN, { type: 'discarded' }).when({ type: 'edit', draft: draft() }).refused('notice-not-draft');
    given(WRITTEN, ISSUED).when({ type: 'discard' }).refused('notice-not-draft');
    given(WRITTEN, { type: 'discarded' })
      .when({ type: 'withdraw', reason: 'other', holders: [] })
      .refused('notice-not-issued');
  });

  const BOTH: NoticeEvent = {
    type: 'issued',
    draft: draft(),
    recipients: ['prefecture-75', 'prefecture-13'],
  };

  it('is amended towards everybody who gets it; who may not have the new version learns that the old is void', () => {
    given(WRITTEN, BOTH)
      .when({ type: 'amend', reason: 'correction', denied: ['prefecture-13'], holders: ['prefecture-13'] })
      .then({
        type: 'amended',
        reason: 'correction',
        to: ['prefecture-75'],
        superseded: { to: ['prefecture-13'], reason: 'amended' },
      });
    // It holds nothing: there is nothing to tell it, and dispatch decides again.
    given(WRITTEN, BOTH)
      .when({ type: 'amend', reason: 'correction', denied: ['prefecture-13'], holders: [] })
      .then({
        type: 'amended',
        reason: 'correction',
        to: ['prefecture-75', 'prefecture-13'],
        superseded: { to: [], reason: 'amended' },
      });
    given(WRITTEN)
      .when({ type: 'amend', reason: 'correction', denied: [], holders: [] })
      .refused('notice-not-issued');
  });

  it('moves with the person, and comes back', () => {
    const away: NoticeEvent = {
      type: 'moved',
      issuedTo: ['prefecture-13'],
      amendedTo: [],
      left: ['prefecture-75'],
      superseded: { to: ['prefecture-75'], reason: 'moved' },
    };
    given(WRITTEN, ISSUED)
      .when({ type: 'move', recipients: ['prefecture-13'], denied: [], holders: ['prefecture-75'] })
      .then(away);
    expect(given(WRITTEN, ISSUED, away).state).toMatchObject({
      recipients: ['prefecture-13'],
      earlier: ['prefecture-75'],
    });
    given(WRITTEN, ISSUED, away)
      .when({ type: 'move', recipients: ['prefecture-75'], denied: [], holders: ['prefecture-75'] })
      .then({
        type: 'moved',
        issuedTo: ['prefecture-75'],
        amendedTo: [],
        left: ['prefecture-13'],
        superseded: { to: [], reason: 'moved' },
      });
    given(WRITTEN, ISSUED)
      .when({ type: 'move', recipients: ['prefecture-75'], denied: [], holders: [] })
      .refused('notice-not-moved');
  });

  it('moves, and who stays but may not have the new version learns that the old is void, and stays', () => {
    const moved: NoticeEvent = {
      type: 'moved',
      issuedTo: ['prefecture-93'],
      amendedTo: [],
      left: ['prefecture-75'],
      superseded: { to: ['prefecture-75', 'prefecture-13'], reason: 'moved' },
    };
    const holders = ['prefecture-75', 'prefecture-13'];
    const recipients = ['prefecture-93', 'prefecture-13'];
    given(WRITTEN, BOTH)
      .when({ type: 'move', recipients, denied: ['prefecture-13'], holders })
      .then(moved);
    expect(given(WRITTEN, BOTH, moved).state).toMatchObject({
      recipients,
      earlier: ['prefecture-75'],
      documents: 3,
    });
    // It holds nothing: there is nothing to tell it, and dispatch decides again.
    given(WRITTEN, BOTH)
      .when({ type: 'move', recipients, denied: ['prefecture-13'], holders: [] })
      .then({ ...moved, amendedTo: ['prefecture-13'], superseded: { to: [], reason: 'moved' } });
    // Nobody may have the new version: it is kept all the same.
    const alone: NoticeEvent = {
      type: 'moved',
      issuedTo: [],
      amendedTo: [],
      left: ['prefecture-75'],
      superseded: { to: ['prefecture-75', 'prefecture-13'], reason: 'moved' },
    };
    given(WRITTEN, BOTH)
      .when({ type: 'move', recipients: ['prefecture-13'], denied: ['prefecture-13'], holders })
      .then(alone);
    expect(given(WRITTEN, BOTH, alone).state).toMatchObject({ recipients: ['prefecture-13'], documents: 3 });
  });

  it('is withdrawn from all who hold it, wherever the person is now', () => {
    const moved: NoticeEvent = {
      type: 'moved',
      issuedTo: ['prefecture-13'],
      amendedTo: [],
      left: ['prefecture-75'],
      superseded: { to: ['prefecture-75'], reason: 'moved' },
    };
    given(WRITTEN, ISSUED, moved)
      .when({ type: 'withdraw', reason: 'duplicate', holders: ['prefecture-75'] })
      .then({ type: 'withdrawn', reason: 'duplicate', told: ['prefecture-75'] });
    const withdrawn: NoticeEvent = { type: 'withdrawn', reason: 'duplicate', told: [] };
    given(WRITTEN, ISSUED, withdrawn)
      .when({ type: 'withdraw', reason: 'other', holders: [] })
      .refused('notice-ended');
    given(WRITTEN, ISSUED, withdrawn)
      .when({ type: 'amend', reason: 'correction', denied: [], holders: [] })
      .refused('notice-ended');
  });

  it('is recalled from some or from all, and tells only those that it had left for', () => {
    given(WRITTEN, BOTH)
      .when({ type: 'recall', reason: 'wrong-recipient', from: ['prefecture-13'], holders: [] })
      .then({ type: 'recalled', reason: 'wrong-recipient', from: ['prefecture-13'], told: [] });
    const some: NoticeEvent = {
      type: 'recalled',
      reason: 'wrong-recipient',
      from: ['prefecture-13'],
      told: ['prefecture-13'],
    };
    expect(given(WRITTEN, BOTH, some).state).toMatchObject({
      state: 'issued',
      recipients: ['prefecture-75'],
    });
    given(WRITTEN, BOTH)
      .when({ type: 'recall', reason: 'wrong-recipient', from: ['ase-75'], holders: [] })
      .refused('recall-from-nobody');
    const all: NoticeEvent = { ...some, from: ['prefecture-75', 'prefecture-13'] };
    expect(given(WRITTEN, BOTH, all).state).toMatchObject({ state: 'recalled', recipients: [] });
    given(WRITTEN, BOTH, all).when({ type: 'recall', reason: 'other', holders: [] }).refused('notice-ended');
  });

  it('reaches no illegal state, whatever is asked of it in whatever order', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
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
          } else {
            changes += 1;
            if (event.type === 'issued') expect(event.draft).toBe(last);
            if ('draft' in event) last = event.draft;
          }
          expect(notice.version).toBe(changes);
          if (before) expect(NEXT[before.state]).toContain(notice.state);
          if ('recipients' in notice) {
            const { recipients, earlier, documents, state } = notice;
            expect(recipients.filter((id) => earlier.includes(id))).toEqual([]);
            expect(new Set([...recipients, ...earlier]).size).toBe(recipients.length + earlier.length);
            if (state === 'recalled') expect(recipients).toEqual([]);
            if (state === 'issued') expect(recipients.length).toBeGreaterThan(0);
            if (before && 'documents' in before) expect(documents).toBeGreaterThanOrEqual(before.documents);
          }
          // Nobody is told of an end whom nothing had reached, and nobody gets content twice over.
          if ('told' in event && 'holders' in each) {
            for (const told of event.told) expect(each.holders).toContain(told);
          }
          if ('superseded' in event && 'holders' in each) {
            for (const told of event.superseded.to) expect(each.holders).toContain(told);
          }
          // Whoever holds a version and may not have the next learns that its own no longer stands (R08).
          if ('superseded' in event && 'denied' in each && before && 'recipients' in before) {
            const held = before.recipients.filter(
              (id) => each.denied.includes(id) && each.holders.includes(id),
            );
            expect(event.superseded.to).toEqual(expect.arrayContaining(held));
            const to = event.type === 'amended' ? event.to : event.amendedTo;
            expect(to.filter((id) => held.includes(id))).toEqual([]);
          }
          if (event.type === 'amended') {
            expect(event.to.filter((id) => event.superseded.to.includes(id))).toEqual([]);
          }
        }
        for (const once of ['issued', 'written', 'withdrawn', 'discarded']) {
          expect(events.filter(({ type }) => type === once).length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

const NEXT: Readonly<Record<Notice['state'], readonly Notice['state'][]>> = {
  draft: ['draft', 'discarded', 'issued'],
  discarded: [],
  issued: ['issued', 'withdrawn', 'recalled'],
  withdrawn: ['withdrawn', 'recalled'],
  recalled: ['recalled'],
};

const agency = fc.constantFrom('prefecture-75', 'prefecture-13', 'asso-refuge');
const agencies = fc.uniqueArray(agency, { maxLength: 3 });
const anyCommand: fc.Arbitrary<NoticeCommand> = fc.oneof(
  fc.constantFrom('Adeyemi', 'Okoro').map((name) => ({ type: 'write' as const, draft: draft(name) })),
  fc.constantFrom('Adeyemi', 'Okoro').map((name) => ({ type: 'edit' as const, draft: draft(name) })),
  fc.constant({ type: 'discard' as const }),
  fc.array(agency, { maxLength: 4 }).map((recipients) => ({ type: 'issue' as const, recipients })),
  fc
    .record({ denied: agencies, holders: agencies })
    .map((facts) => ({ type: 'amend' as const, reason: 'correction' as const, ...facts })),
  fc
    .record({ recipients: agencies, denied: agencies, holders: agencies })
    .map((facts) => ({ type: 'move' as const, ...facts })),
  agencies.map((holders) => ({ type: 'withdraw' as const, reason: 'other' as const, holders })),
  fc
    .record({ from: fc.option(agencies, { nil: undefined }), holders: agencies })
    .map(({ from, holders }) => ({
      type: 'recall' as const,
      reason: 'other' as const,
      holders,
      ...(from && { from }),
    })),
  fc
    .record({ by: agency, recipientVersion: fc.integer({ min: 1, max: 3 }) })
    .map((acknowledgement) => ({ type: 'acknowledge' as const, ...acknowledgement })),
);
