// The server of `npm run dev`: the sources as they are.
import { main } from '../src/main.ts';

await main(['serve', ...process.argv.slice(2)]);
