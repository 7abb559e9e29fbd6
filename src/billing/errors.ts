import { defineErrors } from '../lib/errors.ts';

export const billingErrors = defineErrors({
  insufficient_credit: {
    status: 402,
    platformCode: 'INSUFFICIENT_CREDIT',
    type: 'insufficient_quota',
    meaning:
      "The account's free credit does not cover the worst case of the next call. Add credit, or lower `max_tokens` (`max_output_tokens` in Responses).",
  },
  api_key_daily_limit_reached: {
    status: 429,
    platformCode: 'RATE_LIMIT',
    type: 'insufficient_quota',
    meaning: "The key's spending cap of the day (UTC) does not leave room for the call.",
  },
  api_key_monthly_limit_reached: {
    status: 429,
    platformCode: 'RATE_LIMIT',
    type: 'insufficient_quota',
    meaning: "The key's spending cap of the month (UTC) does not leave room for the call.",
  },
  agent_daily_limit_reached: {
    status: 429,
    platformCode: 'RATE_LIMIT',
    type: 'insufficient_quota',
    meaning: "The agent's spending cap of the day (UTC) does not leave room for the call.",
  },
  agent_monthly_limit_reached: {
    status: 429,
    platformCode: 'RATE_LIMIT',
    type: 'insufficient_quota',
    meaning: "The agent's spending cap of the month (UTC) does not leave room for the call.",
  },
});
