import { etag, requireIfMatch } from './etag';

describe('If-Match', () => {
  it.each(['"3"', '*', '"1", "3"', ' "3" '])('lets %s pass for version 3', (header) => {
    expect(() => requireIfMatch(header, 3)).not.toThrow();
  });

  it.each(['"2"', 'W/"3"', '3', '"33"', '""'])('refuses %s for version 3', (header) => {
    expect(() => requireIfMatch(header, 3)).toThrow(
      expect.objectContaining({ code: 'precondition-failed' }) as Error,
    );
  });

  it('is required', () => {
    for (const header of [undefined, '']) {
      expect(() => requireIfMatch(header, 3)).toThrow(
        expect.objectContaining({ code: 'precondition-required' }) as Error,
      );
    }
  });

  it('matches the tag that was sent', () => {
    expect(() => requireIfMatch(etag(7), 7)).not.toThrow();
  });
});
