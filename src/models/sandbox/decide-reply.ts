import type { ModelCall, ToolDefinition, ToolResultItem } from '../types.ts';
import { findExpression } from './arithmetic.ts';
import { chooseAnyTool, chooseTool } from './choose-tool.ts';
import type { ScriptedCall, Segment } from './directives.ts';
import { quotePassages, readPassages } from './passages.ts';
import { readTurn, type Turn } from './read-turn.ts';
import { instanceOf } from './schema-instance.ts';
import { argumentsFor } from './tool-arguments.ts';

/** What the sandbox model is going to do in one call. */
export interface Decision {
  readonly waitMs: number;
  readonly failStatus: number | undefined;
  readonly thought: string;
  readonly text: string;
  readonly calls: readonly ScriptedCall[];
  readonly cut: boolean;
  /** Pieces of the text when streamed; undefined: word by word. */
  readonly chunks: number | undefined;
  /** The text is an echo, which may be lengthened until it has enough pieces. */
  readonly mayGrow: boolean;
}

const SEARCH = 'knowledge_search';
const CALCULATOR = 'calculator';
const MAX_QUOTED_OUTPUT = 4_000;

/** Decides by the conversation alone: the same call is always answered the same. */
export function decideReply(call: ModelCall): Decision {
  const turn = readTurn(call);
  const mayCall = call.toolChoice.type !== 'none';
  const segment = currentSegment(turn, mayCall);
  const scripted = turn.script.segments.length > 1;
  const { calls } = segment;
  const says = segment.says.join(' ');
  const plan: Plan =
    calls.length > 0
      ? { calls, text: says }
      : segment.says.length > 0
        ? { calls: [], text: says }
        : unscripted(call, turn, mayCall && !scripted);
  // Without scripted calls one script covers all calls of the turn: it waits and thinks before the first only.
  const isLaterCall = !scripted && turn.results.length > 0;
  return {
    waitMs: isLaterCall ? 0 : segment.waitMs,
    failStatus: segment.failStatus,
    thought: isLaterCall ? '' : segment.thoughts.join('\n'),
    text: plan.text,
    calls: plan.calls,
    cut: segment.cut,
    chunks: turn.script.chunks,
    mayGrow: plan.isEcho === true,
  };
}

interface Plan {
  readonly calls: readonly ScriptedCall[];
  readonly text: string;
  readonly isEcho?: boolean;
}

/** Steps that are done are known by their results: as many as the segments before made calls. */
function currentSegment(turn: Turn, mayCall: boolean): Segment {
  let done = turn.results.length;
  for (const segment of turn.script.segments) {
    if (segment.calls.length === 0 || (mayCall && done < segment.calls.length)) return segment;
    done -= segment.calls.length;
  }
  // readScript always ends with a segment without calls.
  throw new RangeError('a script without an end');
}

function unscripted(call: ModelCall, turn: Turn, mayCall: boolean): Plan {
  if (mayCall && turn.results.length === 0) {
    const chosen = chooseCall(call, turn.script.message);
    if (chosen) return { calls: [chosen], text: '' };
  }
  return finalAnswer(call, turn);
}

function chooseCall(call: ModelCall, message: string): ScriptedCall | undefined {
  const { toolChoice, tools } = call;
  if (toolChoice.type === 'tool') {
    const tool = tools.find(({ name }) => name === toolChoice.name);
    return { name: toolChoice.name, arguments: tool ? argumentsText(tool, message) : '{}' };
  }
  const calculator = tools.find(({ name }) => name === CALCULATOR);
  if (calculator && findExpression(message) !== undefined) return scripted(calculator, message);
  const others = tools.filter(({ name }) => name !== SEARCH && name !== CALCULATOR);
  const match = chooseTool(others, message);
  if (match) return scripted(match, message);
  const search = tools.find(({ name }) => name === SEARCH);
  if (search && message !== '') return scripted(search, message);
  const any = toolChoice.type === 'required' ? chooseAnyTool(tools, message) : undefined;
  return any && scripted(any, message);
}

function scripted(tool: ToolDefinition, message: string): ScriptedCall {
  return { name: tool.name, arguments: argumentsText(tool, message) };
}

function argumentsText(tool: ToolDefinition, message: string): string {
  return JSON.stringify(argumentsFor(tool, message));
}

/** What was said, and what came with it that nobody reads: a picture must not seem to have got lost. */
function echo({ script, unseen }: Turn): string {
  const note = unseen && `(${unseen}, which the sandbox does not look at)`;
  return `Sandbox: ${script.message}${script.message && note && ' '}${note}`;
}

function finalAnswer(call: ModelCall, turn: Turn): Plan {
  const format = call.responseFormat;
  if (format.type === 'json_schema')
    return { calls: [], text: JSON.stringify(structured(format.schema, turn)) };
  if (format.type === 'json_object') {
    return { calls: [], text: JSON.stringify({ answer: plainAnswer(turn) ?? echo(turn) }) };
  }
  const answer = plainAnswer(turn);
  return answer === undefined ? { calls: [], text: echo(turn), isEcho: true } : { calls: [], text: answer };
}

/** An instance that carries the answer where the schema has room for words. */
function structured(schema: Parameters<typeof instanceOf>[0], turn: Turn) {
  const answer = plainAnswer(turn) ?? (turn.script.message || 'sandbox');
  const short = answer.length > 500 ? `${answer.slice(0, 499)}…` : answer;
  return instanceOf(schema, {
    suggest: (_, { type, format, pattern }) =>
      type === 'string' && format === undefined && pattern === undefined ? short : undefined,
  });
}

/** What there is to say beyond an echo: results of tools, or passages that were put before the model. */
function plainAnswer(turn: Turn): string | undefined {
  const { message } = turn.script;
  const scriptedOnly = turn.script.segments.length > 1 && message !== '';
  if (turn.results.length > 0) return scriptedOnly ? undefined : answerOf(turn.results, message);
  const passages = readPassages(turn.systemText, true);
  return message === '' ? undefined : quotePassages(message, passages);
}

function answerOf(results: readonly ToolResultItem[], message: string): string {
  return results.map((result) => answerOfOne(result, message)).join('\n\n');
}

function answerOfOne(result: ToolResultItem, message: string): string {
  const output =
    result.output.length > MAX_QUOTED_OUTPUT
      ? `${result.output.slice(0, MAX_QUOTED_OUTPUT)}…`
      : result.output;
  if (result.isError) return `Sandbox: ${result.name} failed: ${output}`;
  if (result.name === SEARCH) {
    return (
      quotePassages(message, readPassages(result.output, false)) ??
      'Sandbox: I found nothing about that in the documents.'
    );
  }
  if (result.name === CALCULATOR) {
    const expression = findExpression(message);
    return expression === undefined ? `Sandbox: ${output}` : `${expression} = ${output}`;
  }
  return `Sandbox: ${result.name} answered: ${output}`;
}
