import { AppError } from '@liaison/kernel';
import type { Sealing } from './sealing';

const MAGIC = Buffer.from('liaison-unsealed/1\n');

/**
 * Signs and encrypts nothing: a frame around the bytes, so that every step already treats them as opaque.
 * @throws AppError `sealing-not-for-production` outside development: nothing may leave unsealed there.
 */
export class DevelopmentSealing implements Sealing {
  constructor(environment: string) {
    if (environment !== 'development') {
      throw new AppError(
        'sealing-not-for-production',
        'The development seal signs nothing: set LIAISON_ENV=development, or configure a real seal.',
      );
    }
  }

  seal(envelope: Buffer, _recipient: string): Promise<Buffer> {
    return Promise.resolve(Buffer.concat([MAGIC, envelope]));
  }

  open(sealed: Buffer): Promise<Buffer> {
    if (!sealed.subarray(0, MAGIC.length).equals(MAGIC)) {
      return Promise.reject(
        new AppError('seal-broken', 'The message carries no seal that this agency knows.'),
      );
    }
    return Promise.resolve(sealed.subarray(MAGIC.length));
  }
}
