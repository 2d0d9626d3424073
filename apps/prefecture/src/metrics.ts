/** Read by `npm run generate`. */
export { describeOwnMetrics } from './opinion-request/overdue.metric';
