import { Category, describeEvent, EventPayload } from './field-category';
import { EVENT_TYPES, findEventType } from './registry';
import { Optional, Text } from './rules';
import { CATEGORIES } from './vocabulary';

describe('field categories', () => {
  it.each(EVENT_TYPES.filter(({ protocol }) => !protocol))(
    'names one for every leaf of $type',
    (eventType) => {
      const { type, fields } = describeEvent(eventType.class);
      expect(type).toBe(eventType.type);
      expect(fields.length).toBeGreaterThan(0);
      for (const { path, category } of fields)
        expect([path, CATEGORIES]).toEqual([path, expect.arrayContaining([category])]);
      expect(new Set(fields.map(({ path }) => path)).size).toBe(fields.length);
    },
  );

  it('gives list items the path of their list', () => {
    const { fields } = describeEvent(findEventType('liaison.notice.issued.v2')!.class);
    const byPath = Object.fromEntries(fields.map(({ path, category }) => [path, category]));
    expect(byPath).toMatchObject({
      'civilStatus.real.givenNames': 'real-identity',
      'civilStatus.documents.number': 'real-identity',
      'travel.transitCountries': 'travel',
      'travel.debt.amount': 'travel',
      'exploitation.places.departement': 'exploitation',
      'exploitation.account': 'free-text',
      'vulnerability.pregnancy': 'health',
      'steps.on': 'steps',
    });
  });

  it('uses every category in the notice, but that of the documents beside it', () => {
    const { fields } = describeEvent(findEventType('liaison.notice.issued.v2')!.class);
    const beside = new Set(CATEGORIES.filter((category) => category !== 'attachment'));
    expect(new Set(fields.map(({ category }) => category))).toEqual(beside);
  });

  it('says outright which types are protocol and carry none', () => {
    const protocol = EVENT_TYPES.filter((eventType) => eventType.protocol);
    expect(protocol.map(({ type }) => type)).toEqual([
      'liaison.delivery.acknowledged.v1',
      'liaison.delivery.gap-requested.v1',
      'liaison.delivery.voided.v1',
      'liaison.share.revoked.v1',
      'liaison.share.purged.v1',
    ]);
    for (const eventType of protocol) expect(describeEvent(eventType.class).fields).toEqual([]);
  });

  it('refuses a leaf without a category, and a class that is no event', () => {
    @EventPayload('liaison.thing.forgotten.v1')
    class Forgotten {
      @Category('steps')
      @Text(10)
      known: string;

      @Optional()
      @Text(10)
      forgotten?: string;
    }
    class NoEvent {}
    expect(() => describeEvent(Forgotten)).toThrow('Forgotten.forgotten (forgotten) has no category');
    expect(() => describeEvent(NoEvent)).toThrow('NoEvent is not the payload of an event type');
  });
});
