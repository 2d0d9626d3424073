export { addDays, addMonths, type Day, daysBetween } from '@liaison/kernel';
