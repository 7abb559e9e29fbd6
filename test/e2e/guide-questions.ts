/** A question to Muster's guide, the sections (`file › heading`) that answer it, and words that an answer has to have. */
export interface GuideQuestion {
  readonly question: string;
  readonly sections: readonly string[];
  readonly says: RegExp;
}

const ask = (question: string, sections: string | readonly string[], says: RegExp): GuideQuestion => ({
  question,
  sections: typeof sections === 'string' ? [sections] : sections,
  says,
});

/** As people ask: a word, a few, a sentence. */
export const GUIDE_QUESTIONS: readonly GuideQuestion[] = [
  ask('price', ['models › Prices', 'keys-and-money › Prices'], /price/i),
  ask('prices?', ['models › Prices', 'keys-and-money › Prices'], /price/i),
  ask('How do I stop?', 'operating › Stopping', /SIGTERM|Ctrl-C/),
  ask('backup', ['operating › Backups', 'command-line › Back up the data'], /muster backup/),
  ask('webhooks', ['webhooks › Webhooks', 'webhooks › Setting one up'], /webhook/i),
  ask('delete agent', 'agents › Deleting an agent', /DELETE/),
  ask('How do I sign in?', ['quickstart › Sign in', 'command-line › Sign in'], /link|muster login/),
  ask('credit', 'keys-and-money › Credit', /\$10|GET \/api\/v1\/billing/),
  ask(
    'What does it cost?',
    ['command-line › See what it costs', 'keys-and-money › How a call is billed'],
    /balance|billed|set aside/,
  ),
  ask('pdf', 'knowledge › Add documents to an agent', /PDF/),
  ask(
    'How do I make a key?',
    ['quickstart › Make a key', 'command-line › Make a key for a program', 'keys-and-money › Agent keys'],
    /key create|agent-keys/,
  ),
  ask('rate limit', ['using-the-apis › Request limits', 'keys-and-money › Limits'], /limit/i),
  ask('memory', 'crews › Memory', /insights/),
  ask(
    'postgres',
    ['operating › On PostgreSQL, in containers', 'command-line › Move to PostgreSQL'],
    /DATABASE_URL|move-to-postgres/,
  ),
  ask('versions', 'agents › Versions', /new version/),
  ask('cron', 'schedules › Schedules', /five fields/),
  ask('sandbox', ['sandbox › The sandbox', 'models › The sandbox model'], /twin|stand-in/),
  ask('export my data', 'account › Export the account', /export|everything/i),
  ask('delete my account', 'account › Delete the account', /owner deletes|muster account delete/),
  ask(
    'How can I put a chat on my website?',
    ['chat-widget › A chat in your own page', 'chat-widget › In the console'],
    /script tag|Chat widget/,
  ),
  ask('Which file types can I upload?', 'knowledge › Add documents to an agent', /PDF, DOCX/),
  ask(
    'What happens when the server crashes during a tool call?',
    'tools › When the server dies during a call',
    /cut off|not made again/,
  ),
  ask('How do I switch a provider on?', 'models › Switch a provider on', /OPENAI_API_KEY/),
  ask(
    'Can I call an agent with the OpenAI SDK?',
    ['quickstart › Call the agent', 'calling-agents › Calling agents: the Agents API'],
    /SDK|base URL/,
  ),
  ask('citations', 'knowledge › Citations', /passages that they rest on/),
  ask('Where is the audit log?', ['using-the-apis › The audit log', 'operating › The audit log'], /audit/),
  ask(
    'How long are conversations kept?',
    'operating › What is kept, and for how long',
    /until they are deleted/,
  ),
  ask(
    'Can a crew wait for the approval of a person?',
    ['crews › When an output is good', 'crews › Running it', 'command-line › Look after jobs'],
    /wait/,
  ),
  ask(
    'How do I verify the signature of a webhook?',
    'webhooks › Checking a signature',
    /Standard Webhooks|verif/i,
  ),
  ask('Why has my document failed?', 'knowledge › Status of a document', /reason in `error`/),
  ask('keyboard shortcuts', 'console › Keyboard', /Ctrl K|shortcuts/),
  ask('insufficient_credit', 'calling-agents › Errors', /add credit/),
  ask(
    'crew?',
    ['crews › Crews', 'crews › Making a crew', 'command-line › Make and run a crew'],
    /team of agents|crew create/,
  ),
  ask('How do I add people?', 'command-line › Add people and accounts', /user add/),
  ask('mcp', 'tools › Tools of an MCP server', /asks the server for its tools|tools\/mcp/),
  ask(
    'continue a conversation',
    ['responses › Continue a conversation', 'calling-agents › Conversations'],
    /conversation/,
  ),
  ask('How do I start the server?', 'quickstart › Start the server', /npm run up/),
  ask('Does it run behind a proxy?', 'operating › Behind a proxy', /MUSTER_TRUST_PROXY/),
  ask(
    'How can I limit what a key may spend?',
    ['keys-and-money › Agent keys', 'keys-and-money › How a call is billed'],
    /daily_limit_usd/,
  ),
  ask('MUSTER_KEEP_TRACES_DAYS', 'operating › What is kept, and for how long', /90 days/),
];
