import 'reflect-metadata';
import { AppError } from '@liaison/kernel';
import { IsInt, IsObject, IsOptional } from 'class-validator';
import { CheckedElsewhere, validationPipe } from './validation';

class Draft {
  @IsObject()
  @CheckedElsewhere()
  content: object;
}

class Issued extends Draft {
  @IsOptional()
  @IsInt()
  copies?: number;
}

describe('validationPipe with a member that is checked elsewhere', () => {
  const pipe = validationPipe();
  const pass = (body: unknown): Promise<unknown> =>
    pipe.transform(body, { type: 'body', metatype: Issued }) as Promise<unknown>;
  const refused = async (body: unknown): Promise<readonly string[]> => {
    const error: unknown = await pass(body).catch((failure: unknown) => failure);
    return Object.keys((error as AppError).options.fields ?? {});
  };

  it('lets it through as it was sent, also where a class inherits it', async () => {
    const content = { anything: [{ at: 'all' }] };
    const body = await pass({ content, copies: 2 });
    expect(body).toBeInstanceOf(Issued);
    expect(body).toEqual({ content: { anything: [{ at: 'all' }] }, copies: 2 });
    expect((body as Issued).content).toBe(content);
  });

  it.each([[{ copies: 1 }], [{ content: null }], [{ content: [] }], [{ content: 'text' }]])(
    'still wants an object: %j',
    async (body) => {
      expect(await refused(body)).toEqual(['/content']);
    },
  );

  it('takes null in an optional member as its absence, so that no handler knows two kinds of nothing', async () => {
    const content = { kept: null };
    expect(await pass({ content, copies: null })).toEqual({ content: { kept: null } });
    expect(Object.keys((await pass({ content, copies: null })) as object)).not.toContain('copies');
  });

  it('still holds the other members to their rules', async () => {
    expect(await refused({ content: {}, copies: 'two' })).toEqual(['/copies']);
    expect(await refused({ content: {}, unknown: 1 })).toEqual(['/unknown']);
    expect(await refused([])).toEqual(['/content']);
  });
});
