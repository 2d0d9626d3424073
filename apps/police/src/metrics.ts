/** Read by `npm run generate`. */
export { describeOwnMetrics } from './own-metrics';
