import { aNotice } from '@liaison/testing';
import { type Register, startRegister } from './register.test';

describe('what the person is given', () => {
  let register: Register;
  beforeAll(async () => {
    register = await startRegister();
  });
  afterAll(() => register.world.stop());

  it('prints the receipt, the same bytes each time, without a word on why', async () => {
    const { desk, open } = register;
    const { id, receiptNumber } = await open();
    const print = () => desk.get(`/v1/reflection-periods/${id}/receipt`).buffer(true).expect(200);
    const [first, second] = [await print(), await print()];
    expect(first.type).toBe('application/pdf');
    expect(first.headers['content-disposition']).toBe(`inline; filename="recepisse-${receiptNumber}.pdf"`);
    const bytes = first.body as Buffer;
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(bytes.equals(second.body as Buffer)).toBe(true);
  });

  it.each(['fr', 'en', 'es', 'ro', 'bg', 'zh', 'pt', 'ar'])('informs the person in %s', async (language) => {
    const { desk, open } = register;
    const { id } = await open();
    const get = (query: object) =>
      desk.get(`/v1/reflection-periods/${id}/information`).query(query).expect(200);
    const { body, headers } = await get({ language });
    expect(headers['content-language']).toBe(language);
    expect(body).toMatchObject({ language, direction: language === 'ar' ? 'rtl' : 'ltr' });
    const text = (body.paragraphs as string[]).join('\n');
    expect(text).toContain('Préfecture de police de Paris');
    expect(text).not.toContain('{');
    const page = await get({ language, format: 'html' });
    expect(page.type).toBe('text/html');
    expect(page.text).toContain(`lang="${language}"`);
    expect(page.text).toContain(body.title);
  });

  it('asks who it is for where the notice does not say, and in letters that it can print', async () => {
    const { receive, post } = register;
    const { id: noticeId } = await receive(aNotice({ civilStatus: { declared: { estimatedAge: 19 } } }));
    const nobody = await post('', { noticeId, language: 'zh' }).expect(422);
    expect(nobody.body).toMatchObject({ code: 'holder-missing' });
    const chinese = await post('', {
      noticeId,
      language: 'zh',
      holder: { familyName: '李', givenNames: '梅' },
    });
    expect([chinese.status, chinese.body.code]).toEqual([422, 'holder-not-printable']);
    await post('', { noticeId, language: 'zh', holder: { familyName: 'Lǐ', givenNames: 'Méi' } }).expect(201);
  });
});
