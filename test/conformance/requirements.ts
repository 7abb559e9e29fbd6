/** How binding the specification makes it; `PROMISE` is Muster's own, in CONTRACT.md. */
type Level = 'MUST' | 'SHOULD' | 'PROMISE';

export interface Requirement {
  readonly level: Level;
  readonly text: string;
}

/**
 * What the Responses API is held to: the Open Responses specification, version 2026-04-24, and what Muster promises
 * beyond it. A test that proves one has its id in brackets in its name; cited.test.ts fails for one that none proves.
 */
export const requirements: Readonly<Record<string, Requirement>> = {
  // The resource
  'resource.all-fields': { level: 'MUST', text: 'All 31 fields of the response are there in every state.' },
  'resource.closed-items': {
    level: 'MUST',
    text: 'Output items are of the five types, unless others are asked for.',
  },
  'resource.optional-absent': {
    level: 'MUST',
    text: 'Optional fields that are not set are left out, never null.',
  },
  'resource.echo': { level: 'MUST', text: 'What the request asked for is repeated in the response.' },
  'resource.usage': { level: 'MUST', text: 'Terminal responses carry usage with both details.' },
  'resource.json': { level: 'MUST', text: 'Without `stream` the reply is one JSON resource.' },

  // The request
  'request.input-text': { level: 'MUST', text: 'A text as input is one user message.' },
  'request.input-items': { level: 'MUST', text: 'Every item type of the specification is taken as input.' },
  'request.item-without-type': { level: 'PROMISE', text: 'An item without `type` is known by its fields.' },
  'request.nulls': { level: 'MUST', text: 'Null means not given, for every field that may be null.' },
  'request.bounds': { level: 'MUST', text: 'Values outside their bounds are refused, naming the field.' },
  'request.refused-with-reason': {
    level: 'PROMISE',
    text: 'A field that cannot be honoured is refused with a reason.',
  },
  'request.instructions': {
    level: 'MUST',
    text: '`instructions` hold for this response and are not carried over.',
  },
  'request.metadata': { level: 'MUST', text: 'Up to 16 pairs of metadata are kept with the response.' },
  'request.unknown-fields': {
    level: 'PROMISE',
    text: 'Fields that nobody knows are let through, with a warning.',
  },
  'request.large-input': { level: 'PROMISE', text: '10,000 items are taken, more are refused.' },
  'request.duplicates': {
    level: 'PROMISE',
    text: 'An item sent twice is taken once; two calls with one id are refused.',
  },
  'request.orphan-output': { level: 'MUST', text: 'A function_call_output that answers no call is refused.' },
  'request.item-reference': {
    level: 'MUST',
    text: 'An item_reference stands for the stored item of that id.',
  },
  'request.max-output-tokens': {
    level: 'MUST',
    text: 'An answer that reaches max_output_tokens is incomplete.',
  },
  'request.truncation': {
    level: 'MUST',
    text: 'truncation auto may leave out the oldest turns; disabled never does.',
  },

  // Errors
  'error.shape': {
    level: 'MUST',
    text: 'Errors are {error:{message,type,code,param}}, code and param texts.',
  },
  'error.foreign': { level: 'PROMISE', text: "Another account's id answers like one that does not exist." },
  'error.should-retry': {
    level: 'PROMISE',
    text: 'x-should-retry: false once a tool with effects may have run.',
  },
  'error.before-stream': {
    level: 'PROMISE',
    text: 'What is refused before the first event has its own HTTP status.',
  },

  // The stream
  'stream.framing': {
    level: 'MUST',
    text: 'text/event-stream; `event` equals the type; one data line; no id.',
  },
  'stream.done': { level: 'MUST', text: 'The stream ends with data: [DONE].' },
  'stream.sequence': { level: 'MUST', text: 'sequence_number counts every event without a gap.' },
  'stream.lifecycle': { level: 'MUST', text: 'created, in_progress, then items, then one terminal event.' },
  'stream.item-order': {
    level: 'MUST',
    text: 'added, part added, deltas, done, part done, item done, in this order.',
  },
  'stream.same-ids': {
    level: 'MUST',
    text: 'An item has one id, from its first event to the final response.',
  },
  'stream.equals-json': {
    level: 'MUST',
    text: 'The stream and the JSON reply of the same request say the same.',
  },
  'stream.error-then-failed': {
    level: 'MUST',
    text: 'An error event is nested and followed by response.failed.',
  },
  'stream.incomplete-last': {
    level: 'MUST',
    text: 'An incomplete item is the last, and the response is incomplete.',
  },
  'stream.only-known-events': {
    level: 'MUST',
    text: 'Only events of the specification, unless others are asked for.',
  },
  'stream.reasoning-summary': { level: 'PROMISE', text: 'Reasoning is shown as summary parts.' },
  'stream.obfuscation': {
    level: 'MUST',
    text: 'Deltas are padded when include_obfuscation asks for it, and only then.',
  },
  'stream.annotations': {
    level: 'MUST',
    text: 'Citations are url_citation annotations, added before their text is done.',
  },

  // Tools
  'tools.function-call': {
    level: 'MUST',
    text: "A call of the caller's tool is handed over as function_call.",
  },
  'tools.choice-none': { level: 'MUST', text: 'tool_choice none: no tool is called.' },
  'tools.choice-required': {
    level: 'MUST',
    text: 'tool_choice required: a tool is called, or the response fails.',
  },
  'tools.choice-function': { level: 'MUST', text: 'tool_choice of a function: that one is called.' },
  'tools.allowed': { level: 'MUST', text: 'A call outside allowed_tools is never handed over or run.' },
  'tools.max-calls': { level: 'MUST', text: 'No more tools are called than max_tool_calls.' },
  'tools.server-hidden': { level: 'PROMISE', text: 'Tools of the server are never function_call items.' },
  'tools.server-steps': {
    level: 'MUST',
    text: 'muster:tool_call items carry id, type and status, only when asked for.',
  },
  'tools.mixed': {
    level: 'PROMISE',
    text: "Of a mixed batch the server's tools run first, the caller's are handed over.",
  },
  'tools.round-trip': { level: 'MUST', text: 'Own extension items are taken as input again.' },
  'tools.namespace': {
    level: 'PROMISE',
    text: "Functions in a namespace are called by namespace and name, as in OpenAI's API.",
  },
  'tools.web-search': {
    level: 'PROMISE',
    text: "A web_search among functions is the agent's own, or left out with a warning.",
  },
  'tools.name-clash': { level: 'PROMISE', text: "A tool that is named like one of the agent's is refused." },

  // Formats
  'format.json-schema': { level: 'MUST', text: 'text.format json_schema: the answer fits the schema.' },
  'format.repair': {
    level: 'PROMISE',
    text: 'An answer that does not fit is asked for once more, then the response fails.',
  },

  // Messages
  'phase.output': { level: 'MUST', text: 'Words before tools are commentary, the answer is final_answer.' },
  'phase.input': {
    level: 'MUST',
    text: 'phase is taken back on assistant messages, and nothing else there.',
  },
  'reasoning.encrypted': {
    level: 'MUST',
    text: 'Encrypted reasoning is opaque and goes round; altered it is refused.',
  },

  // State
  'state.previous': {
    level: 'MUST',
    text: 'previous_response_id: its input, its output, then the new input.',
  },
  'state.previous-unknown': {
    level: 'MUST',
    text: 'An unknown previous_response_id is previous_response_not_found.',
  },
  'state.branches': { level: 'PROMISE', text: 'Two responses may continue the same one.' },
  'state.store-false': {
    level: 'MUST',
    text: 'store: false keeps nothing that was said, and cannot be continued over HTTP.',
  },
  'state.one-thread': { level: 'PROMISE', text: 'Chat and Responses continue one another in one tree.' },
  'state.survives-restart': { level: 'PROMISE', text: 'Stored responses are there after a restart.' },
  'state.conversation': {
    level: 'PROMISE',
    text: '`conversation` appends to that conversation, and excludes previous_response_id.',
  },

  // Stored responses
  'stored.retrieve': { level: 'PROMISE', text: 'GET gives the resource that was answered.' },
  'stored.replay': {
    level: 'PROMISE',
    text: 'GET with stream=true gives the bytes that were streamed, after starting_after.',
  },
  'stored.follow': { level: 'PROMISE', text: 'A stream can be joined while it runs.' },
  'stored.delete': { level: 'PROMISE', text: 'A deleted response can be neither read nor continued.' },
  'stored.input-items': { level: 'PROMISE', text: 'input_items lists what was sent, in pages.' },
  'stored.input-tokens': { level: 'PROMISE', text: 'input_tokens counts without running.' },

  // Background
  'background.queued': { level: 'MUST', text: 'background: the response is queued at once and made anyway.' },
  'background.stream': { level: 'PROMISE', text: 'Its stream can be left and joined again, byte for byte.' },
  'background.cancel': {
    level: 'PROMISE',
    text: 'cancel ends it; only background responses can be cancelled.',
  },
  'background.restart': {
    level: 'PROMISE',
    text: 'It goes on after a restart, and finished calls are not made again.',
  },
  'background.needs-store': { level: 'PROMISE', text: 'background with store: false is refused.' },

  // WebSocket
  'socket.auth': { level: 'MUST', text: 'Without a good credential the upgrade is refused before 101.' },
  'socket.events': { level: 'MUST', text: 'The same events as the stream, a frame each, without [DONE].' },
  'socket.sequential': { level: 'MUST', text: 'Turns run one at a time, in the order in which they came.' },
  'socket.continue': {
    level: 'SHOULD',
    text: 'The last response is remembered on the connection, stored or not.',
  },
  'socket.not-elsewhere': {
    level: 'MUST',
    text: 'What was not stored cannot be continued on another connection.',
  },
  'socket.evict': { level: 'MUST', text: 'A failed continuation evicts what it referred to.' },
  'socket.error-envelope': {
    level: 'MUST',
    text: 'Errors are {type:error,status,error}, and the socket stays usable.',
  },
  'socket.one-end': { level: 'PROMISE', text: 'A turn has one end: an error, or a terminal event.' },
  'socket.ignored-fields': {
    level: 'PROMISE',
    text: 'stream, stream_options and background are ignored there.',
  },
  'socket.age': { level: 'MUST', text: 'After 60 minutes: websocket_connection_limit_reached, and the end.' },
  'socket.revoked': { level: 'PROMISE', text: 'A revoked key closes its sockets with 4401.' },
  'socket.lanes': { level: 'PROMISE', text: 'stream_id comes back on every event of its turn.' },
  'socket.warm-up': { level: 'PROMISE', text: 'generate: false takes input in without a model call.' },
  'socket.flood': {
    level: 'PROMISE',
    text: 'More waiting turns than there is room for are refused in their place.',
  },
  'socket.gone': { level: 'PROMISE', text: 'A client that goes away stops its turn.' },
  'socket.other-upgrades': {
    level: 'PROMISE',
    text: 'Only WebSocket at this path is upgraded; other requests are answered as ever.',
  },

  // Compaction
  'compact.shape': { level: 'MUST', text: 'The output is retained items and a compaction item, with usage.' },
  'compact.model-required': { level: 'MUST', text: 'Without a model it is refused.' },
  'compact.shortens': {
    level: 'PROMISE',
    text: "The agent's model summarises, is billed, and the result is shorter.",
  },
  'compact.round-trip': { level: 'MUST', text: 'The output is understood as the input of a new chain.' },
  'compact.sealed': { level: 'PROMISE', text: 'It opens for its own account only, unaltered.' },

  // Conversations
  'conversations.crud': { level: 'PROMISE', text: 'Conversations are made, read, changed and deleted.' },
  'conversations.items': { level: 'PROMISE', text: 'Items are added, listed in pages, read and taken out.' },
  'conversations.foreign': { level: 'PROMISE', text: "Another account's conversation is not found." },

  // Clients
  'client.openai': {
    level: 'PROMISE',
    text: "OpenAI's SDK works unchanged: create, stream, parse, retrieve, background.",
  },
  'client.agents-sdk': {
    level: 'PROMISE',
    text: 'The OpenAI Agents SDK works over HTTP and WebSocket, and its sessions.',
  },
  'client.ai-sdk': { level: 'PROMISE', text: 'The AI SDK with its Open Responses provider works.' },
  'client.cors': { level: 'PROMISE', text: 'Browsers may call it: OPTIONS is answered without a key.' },
};
