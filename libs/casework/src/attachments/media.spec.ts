import fc from 'fast-check';
import { contentDisposition, fileName } from './file-name';
import { mediaTypeOf, withoutMetadata } from './media';

const segment = (marker: number, data: Buffer) => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(data.length + 2);
  return Buffer.concat([Buffer.from([0xff, marker]), length, data]);
};
const exif = (orientation: number) => {
  const tiff = Buffer.from('49492a0008000000010012010300010000000000000000000000', 'hex');
  tiff.writeUInt16LE(orientation, 18);
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff, Buffer.from('GPS 48.8566 2.3522')]));
};
const SCAN = Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56]);
const jpeg = (...segments: Buffer[]) =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('JFIF\0')),
    ...segments,
    segment(0xdb, Buffer.alloc(65, 1)),
    segment(0xda, Buffer.alloc(10)),
    SCAN,
    Buffer.from([0xff, 0xd9]),
  ]);
const chunk = (type: string, data: Buffer) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
};
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const png = (...chunks: Buffer[]) =>
  Buffer.concat([
    SIGNATURE,
    chunk('IHDR', Buffer.alloc(13)),
    ...chunks,
    chunk('IDAT', Buffer.alloc(9)),
    chunk('IEND', Buffer.alloc(0)),
  ]);

describe('files that are attached', () => {
  it('are what their content says', () => {
    expect(mediaTypeOf(Buffer.from('%PDF-1.4'))).toBe('application/pdf');
    expect(mediaTypeOf(jpeg())).toBe('image/jpeg');
    expect(mediaTypeOf(png())).toBe('image/png');
    for (const other of ['', 'GIF89a', '<svg/>', ' %PDF-1.4', 'PK\u0003\u0004'])
      expect(mediaTypeOf(Buffer.from(other))).toBeUndefined();
  });

  it('lose place, device, comments, thumbnails and what stands behind the image', () => {
    const given = Buffer.concat([
      jpeg(
        exif(1),
        segment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0secret')),
        segment(0xfe, Buffer.from('secret')),
      ),
      jpeg(exif(1)),
    ]);
    expect(withoutMetadata(given, 'image/jpeg').equals(jpeg())).toBe(true);
    const pictured = png(
      chunk('tEXt', Buffer.from('secret')),
      chunk('eXIf', Buffer.from('secret')),
      chunk('prVt', Buffer.from('secret')),
    );
    expect(withoutMetadata(Buffer.concat([pictured, Buffer.from('secret')]), 'image/png').equals(png())).toBe(
      true,
    );
  });

  it('keep the colours, and which way up they are', () => {
    const icc = segment(0xe2, Buffer.from('ICC_PROFILE\0colours'));
    expect(withoutMetadata(jpeg(icc), 'image/jpeg').equals(jpeg(icc))).toBe(true);
    const turned = withoutMetadata(jpeg(exif(6)), 'image/jpeg');
    expect(turned.includes('GPS')).toBe(false);
    expect(turned.includes(Buffer.from('0112000300000001000600', 'hex'))).toBe(true);
    expect(withoutMetadata(turned, 'image/jpeg').equals(turned)).toBe(true);
  });

  it('are refused when they end too soon, and never anything else', () => {
    fc.assert(
      fc.property(fc.constantFrom(jpeg(exif(3)), png()), fc.nat(200), fc.nat(255), (file, at, value) => {
        const broken = Buffer.from(file);
        broken[Math.min(2 + at, broken.length - 1)] = value;
        const type = mediaTypeOf(broken);
        if (type === undefined) return;
        try {
          expect(withoutMetadata(broken, type).length).toBeLessThanOrEqual(broken.length + 64);
        } catch (error) {
          expect(error).toMatchObject({ code: 'attachment-damaged' });
        }
      }),
    );
    for (const file of [jpeg(exif(1)), png()]) {
      for (let end = 8; end < file.length; end += 1) {
        const type = mediaTypeOf(file) as 'image/png';
        expect(() => withoutMetadata(file.subarray(0, end), type)).toThrow(
          expect.objectContaining({ code: 'attachment-damaged' }),
        );
      }
    }
  });

  it('have names that any system can store and any header can carry', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (given) => {
        const name = fileName(given, 'application/pdf');
        expect(name).toMatch(/^[\p{L}\p{M}\p{N}_][^/\\\p{C}"<>|:*?]*\.pdf$|^\p{M}.*\.pdf$/u);
        expect(contentDisposition(name)).toMatch(/^[ -~]+$/);
      }),
    );
    expect(fileName('..\\..\\x/../Pièce d’identité.PDF.exe', 'image/png')).toBe('Pièce d_identité.PDF.png');
  });
});
