/**
 * DBOS, read when it is first needed. What is not in its documentation is used in three places, for which the version is
 * pinned: its queue is read at once instead of at its next poll, and its count of steps is set.
 */
export async function loadDbos() {
  const [{ DBOS, Error: errors }, datasource, executor, queues, context] = await Promise.all([
    import('@dbos-inc/dbos-sdk'),
    import('@dbos-inc/dbos-sdk/datasource'),
    import('@dbos-inc/dbos-sdk/internal/dbos-executor'),
    import('@dbos-inc/dbos-sdk/internal/wfqueue'),
    import('@dbos-inc/dbos-sdk/internal/context'),
  ]);
  return {
    DBOS,
    errors,
    datasource,
    contextOf: context.getCurrentContextStore,
    executorOf() {
      const { globalInstance } = executor.DBOSExecutor;
      if (!globalInstance) throw new Error('DBOS is not running');
      return globalInstance;
    },
    makeQueue: (name: string) =>
      new queues.WorkflowQueue(queues.WorkflowQueue.recordFromParams(name, {}), false),
  };
}
