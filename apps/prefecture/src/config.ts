import { DeskConfig } from '@liaison/casework';

export class PrefectureConfig extends DeskConfig {}
