import { type Static, Type } from 'typebox';
import { type Balance, usdNumber } from '../../../billing/index.ts';
import { Closed, Usd } from '../schemas.ts';

export const BalanceReply = Type.Object({
  balance_usd: Usd,
  held_usd: Type.Number({ description: 'Of the balance, set aside for calls under way.' }),
  currency: Type.Literal('usd'),
});

export const CreditBody = Closed({
  amount_usd: Type.Number({ description: 'Negative takes credit away.' }),
  reason: Type.String({ minLength: 1, maxLength: 500, description: 'Stands on the ledger.' }),
});

export type CreditChange = Static<typeof CreditBody>;

export function toBalance({ balanceNanoUsd, heldNanoUsd }: Balance): Static<typeof BalanceReply> {
  return { balance_usd: usdNumber(balanceNanoUsd), held_usd: usdNumber(heldNanoUsd), currency: 'usd' };
}
