export { createInlineSteps, type InlineSteps, type StepOutcome, type Steps } from './steps.ts';
