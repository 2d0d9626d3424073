/** Read by `npm run generate`. */
export { describeOwnMetrics } from './pairing/observe-unpaired';
