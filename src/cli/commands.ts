import { accountAdd } from './commands/account-add.ts';
import { accountDelete } from './commands/account-delete.ts';
import { accountExport } from './commands/account-export.ts';
import { accountList } from './commands/account-list.ts';
import { accountResume } from './commands/account-resume.ts';
import { accountSuspend } from './commands/account-suspend.ts';
import { agentCreate } from './commands/agent-create.ts';
import { agentList } from './commands/agent-list.ts';
import { agentShow } from './commands/agent-show.ts';
import { auditVerify } from './commands/audit-verify.ts';
import { backup } from './commands/backup.ts';
import { balance } from './commands/balance.ts';
import { chat } from './commands/chat.ts';
import { crewCreate } from './commands/crew-create.ts';
import { crewList } from './commands/crew-list.ts';
import { crewShow } from './commands/crew-show.ts';
import { docsAdd } from './commands/docs-add.ts';
import { docsList } from './commands/docs-list.ts';
import { doctor } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { keyCreate } from './commands/key-create.ts';
import { keyList } from './commands/key-list.ts';
import { keyRevoke } from './commands/key-revoke.ts';
import { login } from './commands/login.ts';
import { logout } from './commands/logout.ts';
import { modelList } from './commands/model-list.ts';
import { moveToPostgres } from './commands/move-to-postgres.ts';
import { restore } from './commands/restore.ts';
import { run } from './commands/run.ts';
import { runList } from './commands/run-list.ts';
import { runRerun } from './commands/run-rerun.ts';
import { runResume } from './commands/run-resume.ts';
import { runShow } from './commands/run-show.ts';
import { runStop } from './commands/run-stop.ts';
import { scheduleCreate } from './commands/schedule-create.ts';
import { scheduleDelete } from './commands/schedule-delete.ts';
import { scheduleList } from './commands/schedule-list.ts';
import { scheduleRun } from './commands/schedule-run.ts';
import { serve } from './commands/serve.ts';
import { usage } from './commands/usage.ts';
import { userAdd } from './commands/user-add.ts';
import { userList } from './commands/user-list.ts';
import { webhookCreate } from './commands/webhook-create.ts';
import { webhookDelete } from './commands/webhook-delete.ts';
import { webhookDeliveries } from './commands/webhook-deliveries.ts';
import { webhookList } from './commands/webhook-list.ts';
import { webhookReplay } from './commands/webhook-replay.ts';
import { webhookTest } from './commands/webhook-test.ts';
import { whoami } from './commands/whoami.ts';
import { worker } from './commands/worker.ts';
import type { CommandGroup } from './help-text.ts';

/** Every command, as the overview shows them. What is heavy is loaded by the command that needs it. */
export const commandGroups: readonly CommandGroup[] = [
  { title: 'The server', commands: [serve, worker] },
  {
    title: 'Over the API of a running server',
    commands: [
      ...[login, logout, whoami],
      ...[chat, run, runList, runShow, runStop, runResume, runRerun],
      ...[agentList, agentShow, agentCreate, crewList, crewShow, crewCreate, modelList],
      ...[exportCommand, importCommand],
      ...[docsAdd, docsList],
      ...[keyCreate, keyList, keyRevoke],
      ...[webhookList, webhookCreate, webhookDelete, webhookTest, webhookDeliveries, webhookReplay],
      ...[scheduleList, scheduleCreate, scheduleDelete, scheduleRun],
      ...[balance, usage],
      ...[userAdd, userList],
      ...[accountAdd, accountList, accountSuspend, accountResume, accountExport, accountDelete],
    ],
  },
  { title: 'On the data', commands: [backup, restore, doctor, auditVerify, moveToPostgres] },
];
