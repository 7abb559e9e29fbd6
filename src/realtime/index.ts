export { type RealtimeDeps, realtimeApi } from './jobs-socket.ts';
