import { useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/api.ts';
import { ifMatch } from '../../api/if-match.ts';
import { useCrews } from '../../api/use-crews.ts';
import { changedOf } from '../../ui/changed-of.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { fromInputTexts, inputTexts } from '../../ui/input-texts.ts';
import { MergeDialog } from '../../ui/merge-dialog.tsx';
import { NamedOptions } from '../../ui/named-options.tsx';
import { toast } from '../../ui/toast.tsx';
import { useEditForm } from '../../ui/use-edit-form.ts';
import { CronPreview } from './cron-preview.tsx';
import { type Schedule, useCrewInputs } from './use-schedules.ts';

interface ScheduleDialogProps {
  readonly edited: Schedule | 'new' | undefined;
  readonly onClose: () => void;
}

export function ScheduleDialog({ edited, onClose }: ScheduleDialogProps) {
  const schedule = edited === 'new' ? undefined : edited;
  return (
    <Dialog
      open={edited !== undefined}
      onClose={onClose}
      title={schedule ? 'Change the schedule' : 'New schedule'}
      description="Starts a crew by the clock, each time once."
    >
      {edited && <ScheduleForm key={schedule?.id ?? 'new'} schedule={schedule} onClose={onClose} />}
    </Dialog>
  );
}

interface ScheduleFormProps {
  readonly schedule: Schedule | undefined;
  readonly onClose: () => void;
}

const NAMES = { name: 'Name', crew_id: 'Crew', cron: 'When', timezone: 'Time zone', typed: 'Inputs' };

function toValues(schedule: Schedule | undefined) {
  return {
    name: schedule?.name ?? '',
    crew_id: schedule?.crew_id ?? '',
    cron: schedule?.cron ?? '0 9 * * 1-5',
    timezone: schedule?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    typed: inputTexts(schedule?.inputs ?? {}),
  };
}

function toBody({ typed, name, ...others }: ReturnType<typeof toValues>, before: Schedule['inputs']) {
  return { ...others, inputs: fromInputTexts(typed, before), ...(name !== '' && { name }) };
}

const ZONES = Intl.supportedValuesOf('timeZone');

function ScheduleForm({ schedule, onClose }: ScheduleFormProps) {
  const queries = useQueryClient();
  const crews = useCrews();
  const { form, merge } = useEditForm({
    saved: schedule,
    toValues,
    keep: `schedule.${schedule?.id ?? 'new'}`,
    names: NAMES,
    textOf: (field, value) =>
      field === 'crew_id' ? crews.data?.find(({ id }) => id === value)?.name : undefined,
    make: (values) => ask(api.POST('/schedules', { body: toBody(values, {}) })),
    change: (on, values, start) =>
      ask(
        api.PATCH('/schedules/{id}', {
          params: { path: { id: on.id } },
          body: changedOf(toBody(values, on.inputs), toBody(start, on.inputs)),
          headers: ifMatch(on),
        }),
      ),
    read: ({ id }) => ask(api.GET('/schedules/{id}', { params: { path: { id } } })),
    onSent: () => {
      void queries.invalidateQueries({ queryKey: ['schedules'] });
      toast.done(schedule ? 'Schedule changed' : 'Schedule made');
      onClose();
    },
  });
  const { values, set } = form;
  const inputs = useCrewInputs(values.crew_id);
  return (
    <>
      <DialogForm form={form} action={schedule ? 'Save' : 'Make schedule'} onCancel={onClose}>
        <TextField label="Name" aside="optional" autoFocus {...form.input('name')} />
        <SelectField
          label="Crew"
          required
          value={values.crew_id}
          hint={crews.data?.length === 0 ? 'There is no crew yet: make one first.' : undefined}
          error={form.input('crew_id').error}
          onChange={({ target }) => set('crew_id', target.value)}
        >
          <option value="">Choose a crew</option>
          <NamedOptions of={crews.data ?? []} chosen={values.crew_id} />
        </SelectField>
        {inputs.data?.map(({ name, required }) => (
          <TextField
            key={name}
            label={name}
            required={required}
            hint="What the crew is told each time."
            value={values.typed[name] ?? ''}
            onChange={({ target }) => set('typed', { ...values.typed, [name]: target.value })}
          />
        ))}
        <TextField
          label="When"
          required
          spellCheck={false}
          hint="Minute, hour, day, month, weekday: 0 9 * * 1-5 is 9:00 on weekdays. Or @hourly, @daily, @weekly, @monthly."
          {...form.input('cron')}
        />
        <SelectField
          label="Time zone"
          value={values.timezone}
          error={form.input('timezone').error}
          onChange={({ target }) => set('timezone', target.value)}
        >
          {[...new Set(['UTC', values.timezone, ...ZONES])].map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </SelectField>
        <CronPreview cron={values.cron} timezone={values.timezone} />
      </DialogForm>
      {merge && <MergeDialog title="Somebody else has saved this schedule" {...merge} />}
    </>
  );
}
