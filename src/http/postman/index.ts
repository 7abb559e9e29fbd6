export { buildCollection } from './build-collection.ts';
