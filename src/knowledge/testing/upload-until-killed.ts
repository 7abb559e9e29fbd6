/** Run as a process: uploads documents to the folder given until it is killed, and prints the id of each acknowledged one. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteDatabase } from '../../db/index.ts';
import { ACCOUNT, AGENT, openRoom } from './test-knowledge.ts';

const home = process.argv[2] ?? '';
const knowledge = openRoom(await openSqliteDatabase(join(home, 'muster.db')), home);
for (let i = 0; ; i++) {
  const text = `# Upload ${i}\n\n${`Zebra ${i} speaks. `.repeat(2_000)}`;
  const { id } = await knowledge.addDocument(ACCOUNT, AGENT, { name: `${i}.md`, text });
  // Synchronous, so that it is out before anything else happens.
  writeSync(1, `${id}\n`);
}
