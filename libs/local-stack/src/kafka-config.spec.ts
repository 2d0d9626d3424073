import { newClusterId } from './kafka-config';

test('no id of a cluster looks like an option of a command line', () => {
  const ids = Array.from({ length: 3000 }, newClusterId);
  expect(ids.filter((id) => !/^[\w][\w-]{21}$/.test(id))).toEqual([]);
});
