import { invalidRequest } from '@liaison/platform';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { type ContentProblems, contentProblems, draftProblems } from './complete';

/** Holds `content` to the contract by its compiled schema, at a fraction of what class-validator takes for so much. */
@Injectable()
export class ContentPipe<Body extends { readonly content?: object | null }> implements PipeTransform<Body> {
  transform(body: Body): Body {
    if (body.content) refuse(contentProblems(body.content));
    return body;
  }
}

/** As `ContentPipe`, but a draft may lack anything; what is issued in the same step may not. */
@Injectable()
export class DraftContentPipe<
  Body extends { readonly content: object; readonly state?: string | null },
> implements PipeTransform<Body> {
  transform(body: Body): Body {
    refuse(body.state === 'issued' ? contentProblems(body.content) : draftProblems(body.content));
    return body;
  }
}

function refuse(problems: ContentProblems | undefined): void {
  if (!problems) return;
  throw invalidRequest(
    Object.entries(problems).map(([path, detail]) => ({ pointer: pointerTo(path), detail })),
  );
}

const pointerTo = (path: string): string =>
  path === '$' ? '/content' : `/content/${path.replaceAll('.', '/')}`;
