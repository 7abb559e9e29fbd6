// `npm run dev`: the sources as they are; Node restarts it when one changes.
import { main } from '../src/main.ts';

await main(['serve', ...process.argv.slice(2)]);
