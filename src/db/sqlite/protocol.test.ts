import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { SqlValue } from '../port.ts';
import { type Batch, decodeBatches, encodeBatch } from './protocol.ts';

it('batches arrive as they were sent, whatever is in them', () => {
  const value: fc.Arbitrary<SqlValue> = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true }),
    fc.bigInt(),
    fc.constant(null),
    fc.uint8Array(),
  );
  const batch: fc.Arbitrary<Batch> = fc.record(
    {
      id: fc.nat(),
      early: fc.boolean(),
      statements: fc.array(
        fc.record(
          { statementId: fc.nat(), params: fc.array(value, { maxLength: 6 }), guarded: fc.boolean() },
          { noNullPrototype: true },
        ),
        { maxLength: 5 },
      ),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 5 }), (batches) => {
      const flat: SqlValue[] = [];
      for (const { id, early, statements } of batches) {
        const sent = statements.map(({ statementId, params, guarded }) => ({
          ...{ sql: String(statementId), params },
          ...(guarded && { guard: 'guard' }),
        }));
        encodeBatch(id, early, sent, Number, flat);
      }
      assert.deepEqual(decodeBatches(structuredClone(flat)), batches);
    }),
  );
});
