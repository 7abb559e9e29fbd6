import { findAnyId } from '../client/find-named.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../failures.ts';
import { exportAgent } from '../transfer/export-agent.ts';
import { crewFile, readCrew, writeCrew } from '../transfer/export-crew.ts';

export const exportCommand = defineCommand({
  name: 'export',
  summary: 'Print an agent or a crew as a file that muster import takes.',
  words: 'ID',
  details: `An agent's file has its configuration and the names of its documents; with --documents their texts too.
  muster export agent_… > support.json
A crew is written as CrewAI has it, crew.jsonc with agents/*.jsonc or agents.yaml with tasks.yaml: into the folder --to,
or else all in one file. What the files cannot say is told.
  muster export crew_… --to trip_planner --format yaml`,
  options: {
    documents: { type: 'boolean', help: "Include the texts of an agent's documents." },
    to: { type: 'string', value: 'FOLDER', help: "Write a crew's files into this folder." },
    format: { type: 'string', value: 'FORMAT', help: 'jsonc (default) or yaml: of a crew.' },
  },
  async run({ words: [given = ''], values }, { connect, out, err, clock }) {
    const format = readFormat(values.format);
    const client = connect();
    const id = await findAnyId(client, given);
    if (!id.startsWith('crew_')) {
      if (values.to !== undefined) throw new UsageError('muster export --to is for crews.');
      out.json(await exportAgent(client, id, { withTexts: values.documents, now: clock.now() }));
      return;
    }
    if (values.documents) throw new UsageError('muster export --documents is for agents.');
    const crew = await readCrew(client, id, format);
    if (values.to === undefined) out.json(crewFile(crew, clock.now()));
    else for (const path of writeCrew(crew, values.to)) out.line(path);
    for (const what of crew.texts('unsupported'))
      err.line(`${what}: not written, the files have no place for it`);
  },
});

function readFormat(given: string | undefined): 'yaml' | 'jsonc' {
  if (given === undefined || given === 'jsonc') return 'jsonc';
  if (given === 'yaml') return 'yaml';
  throw new UsageError(`--format must be jsonc or yaml; '${given}' is not.`);
}
