import { assertEventData, getEventType, NOTICE_ISSUED } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { invalidRequest } from '@liaison/platform';
import { Injectable, type PipeTransform } from '@nestjs/common';

const NOTICE = getEventType(NOTICE_ISSUED);

/** Holds `content` to the contract by its compiled schema, at a fraction of what class-validator takes for so much. */
@Injectable()
export class ContentPipe<Body extends { readonly content: object }> implements PipeTransform<Body> {
  transform(body: Body): Body {
    try {
      assertEventData(NOTICE, body.content);
      return body;
    } catch (error) {
      const { fields } = (error instanceof AppError && error.options) || {};
      if (!fields) throw error;
      throw invalidRequest(
        Object.entries(fields).map(([path, detail]) => ({ pointer: pointerTo(path), detail })),
      );
    }
  }
}

const pointerTo = (path: string): string =>
  path === '$' ? '/content' : `/content/${path.replaceAll('.', '/')}`;
