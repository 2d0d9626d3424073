import type { ChangeItem } from './change.dto';
import type { Change } from './read-changes';

export const itemOf = ({ at, ...change }: Change): ChangeItem => ({ ...change, at: at.toISOString() });
