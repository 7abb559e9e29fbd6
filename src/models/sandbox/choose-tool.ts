import type { ToolDefinition } from '../types.ts';
import { overlap, wordsOf } from './words.ts';

const NAME_WEIGHT = 3;
const LEAST_SCORE = 2;

/**
 * The tool that a message is about: the most words of the message in its name and description, the earlier one of two
 * equals. One word of the name is enough, of the description it takes two.
 */
export function chooseTool(tools: readonly ToolDefinition[], message: string): ToolDefinition | undefined {
  let best: { tool: ToolDefinition; score: number } | undefined;
  for (const tool of tools) {
    const score = scoreOf(tool, message);
    if (score >= LEAST_SCORE && score > (best?.score ?? 0)) best = { tool, score };
  }
  return best?.tool;
}

/** The same, for when one has to be called: without any match the first one. */
export function chooseAnyTool(tools: readonly ToolDefinition[], message: string): ToolDefinition | undefined {
  return chooseTool(tools, message) ?? tools[0];
}

function scoreOf(tool: ToolDefinition, message: string): number {
  const about = new Set(wordsOf(message));
  const name = overlap(wordsOf(tool.name), about);
  return name * NAME_WEIGHT + overlap(wordsOf(tool.description), about);
}
