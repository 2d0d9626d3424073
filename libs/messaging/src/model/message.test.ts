import type { Arrival } from '../consumer/ordering';

/** What travels, as the real plan of the inbox sees it. */
export interface ModelMessage extends Arrival {
  readonly id: string;
  readonly stream: string;
  readonly epoch: string;
  readonly sequence: number;
  readonly voids?: Arrival['voids'] & { readonly id: string };
}
