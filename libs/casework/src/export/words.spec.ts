import {
  describeEvent,
  EVENT_TYPES,
  NOTICE_AMENDED,
  NOTICE_ISSUED,
  OPINION_REQUESTED,
} from '@liaison/contracts';
import { wordOf } from './words';

describe('the words of an export', () => {
  it.each([NOTICE_ISSUED, NOTICE_AMENDED, OPINION_REQUESTED])('name every field of %s in French', (type) => {
    const event = EVENT_TYPES.find((each) => each.type === type);
    const names = event ? describeEvent(event.class).fields.flatMap(({ path }) => path.split('.')) : [];
    expect(names.length).toBeGreaterThan(0);
    expect([...new Set(names)].filter((name) => wordOf(name) === name)).toEqual([]);
  });
});
