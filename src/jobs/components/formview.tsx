import { PathExt } from '@jupyterlab/coreutils';
import {
  Button,
  HTMLSelect,
  ReactWidget,
  UseSignal
} from '@jupyterlab/ui-components';
import * as React from 'react';

import { Notice } from '../../ui/notice';
import { detailOf, sayError } from '../../ui/sentences';
import type { IFields, JobForm } from '../form';
import { formatSize, type ITongue } from '../../ui/size';
import { moment, say, span } from '../words';

/**
 * The form for a batch job.
 */
export class JobFormView extends ReactWidget {
  constructor(
    private _form: JobForm,
    private _onSubmit: () => void,
    private _tongue: ITongue
  ) {
    super();
    this.addClass('jp-JobForm');
    this.node.tabIndex = -1;
  }

  override dispose(): void {
    this._form.dispose();
    super.dispose();
  }

  protected override render(): React.JSX.Element {
    return (
      <UseSignal signal={this._form.stateChanged}>
        {() => (
          <Content
            form={this._form}
            onSubmit={this._onSubmit}
            tongue={this._tongue}
          />
        )}
      </UseSignal>
    );
  }
}

interface IContent {
  form: JobForm;
  onSubmit: () => void;
  tongue: ITongue;
}

function Content(props: IContent): React.JSX.Element {
  const { form, onSubmit, tongue } = props;
  const { trans } = tongue;
  const name = PathExt.basename(form.path);
  return (
    <form
      className="jp-JobForm-content"
      aria-label={trans.__('Submit %1 as a batch job', name)}
      onSubmit={event => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <h2 className="jp-JobForm-heading">
        {trans.__('Submit %1 as a batch job', name)}
      </h2>
      <p className="jp-JobForm-help">
        {form.isNotebook
          ? trans.__(
              'The notebook is read when the job starts. It stays as it is: the result is a new notebook with the job’s number in its name.'
            )
          : trans.__('The script is read when the job starts.')}
      </p>
      {form.choices?.messages.map(message => (
        <Notice
          key={message.template}
          level={message.level}
          detail={message.detail}
          trans={trans}
        >
          {say(message, trans)}
        </Notice>
      ))}
      <fieldset className="jp-JobForm-fields" disabled={form.isEdited}>
        <legend className="jp-JobForm-legend">
          {trans.__('What the job is to have')}
        </legend>
        <Resources {...props} />
      </fieldset>
      {(form.isNotebook ? form.fields.method === 'execute' : true) && (
        <fieldset className="jp-JobForm-fields" disabled={form.isEdited}>
          <legend className="jp-JobForm-legend">
            {form.isNotebook ? trans.__('Parameters') : trans.__('Arguments')}
          </legend>
          <Inputs {...props} />
        </fieldset>
      )}
      <details className="jp-JobForm-more">
        <summary>{trans.__('More options')}</summary>
        <fieldset
          className="jp-JobForm-fields"
          aria-label={trans.__('More options')}
          disabled={form.isEdited}
        >
          <More {...props} />
        </fieldset>
      </details>
      <Script {...props} />
      <div className="jp-JobForm-outcome" role="status">
        {form.busy === 'check' && trans.__('Asking Slurm…')}
        {form.busy === 'submit' && trans.__('The job is being submitted…')}
        {form.checked && <Checked {...props} />}
      </div>
      {form.error && (
        <Notice
          level="error"
          detail={detailOf(form.error)}
          detailLabel={trans.__('In Slurm’s own words')}
          trans={trans}
        >
          {sayError(form.error, trans)}
        </Notice>
      )}
      <div className="jp-JobForm-buttons">
        <Button
          className="jp-mod-styled"
          type="button"
          aria-disabled={form.busy !== null}
          onClick={() => void form.check()}
        >
          {trans.__('Check')}
        </Button>
        <Button
          className="jp-mod-styled jp-mod-accept"
          type="submit"
          aria-disabled={form.busy !== null}
        >
          {trans.__('Submit')}
        </Button>
      </div>
    </form>
  );
}

function Resources({ form, tongue }: IContent): React.JSX.Element {
  const { trans } = tongue;
  const { choices, fields, partition } = form;
  const accounts = choices?.accounts ?? [];
  const partitions = choices?.partitions ?? [];
  const most = (limit: string | null): string =>
    limit === null ? '' : trans.__('at most %1', limit);
  const types = partition?.gpu_types ?? [];
  return (
    <>
      {accounts.length > 0 && (
        <Choice
          form={form}
          name="account"
          label={trans.__('Account')}
          options={accounts.map(account => [account, account])}
        />
      )}
      {partitions.length > 1 && (
        <Choice
          form={form}
          name="partition"
          label={trans.__('Partition')}
          options={[
            ['', trans.__('The usual one')],
            ...partitions.map((one): [string, string] => [one.name, one.name])
          ]}
        />
      )}
      <div
        className="jp-JobForm-pair"
        role="group"
        aria-label={trans.__('Time')}
      >
        <Field
          form={form}
          name="hours"
          label={trans.__('Hours')}
          type="number"
          help={most(partition?.time ? span(partition.time, trans) : null)}
        />
        <Field
          form={form}
          name="minutes"
          label={trans.__('Minutes')}
          type="number"
        />
      </div>
      <Field
        form={form}
        name="cores"
        label={trans.__('Cores')}
        type="number"
        help={most(partition?.cores ? String(partition.cores) : null)}
      />
      <Field
        form={form}
        name="memory"
        label={trans.__('Memory in GB')}
        help={
          most(
            partition?.memory ? formatSize(partition.memory, tongue) : null
          ) || trans.__('empty for what Slurm gives')
        }
      />
      {(!partition || partition.gpus > 0 || fields.gpus !== '0') && (
        <Field
          form={form}
          name="gpus"
          label={trans.__('GPUs')}
          type="number"
          help={most(partition ? String(partition.gpus) : null)}
        />
      )}
      {types.length > 0 && fields.gpus !== '0' && (
        <Choice
          form={form}
          name="gpuType"
          label={trans.__('GPU type')}
          options={[
            ['', trans.__('Any')],
            ...types.map((one): [string, string] => [one, one])
          ]}
        />
      )}
    </>
  );
}

function Inputs({ form, tongue }: IContent): React.JSX.Element {
  const { trans } = tongue;
  return form.isNotebook ? (
    <Field
      form={form}
      name="parameters"
      label={trans.__('Parameters, one a line')}
      type="lines"
      help={trans.__(
        'n = 100 or name = "text": they stand in a cell of their own, behind the one with the tag parameters or first.'
      )}
    />
  ) : (
    <Field
      form={form}
      name="arguments"
      label={trans.__('Arguments of the script')}
      help={trans.__('as in a terminal, with quotes where there are spaces')}
    />
  );
}

function More({ form, tongue }: IContent): React.JSX.Element {
  const { trans } = tongue;
  return (
    <>
      {form.isNotebook && (
        <Choice
          form={form}
          name="method"
          label={trans.__('How it is run')}
          options={[
            ['execute', trans.__('As a notebook, cell by cell')],
            ['convert', trans.__('Converted to a script first')]
          ]}
        />
      )}
      <Field
        form={form}
        name="array"
        label={trans.__('Array tasks')}
        help={trans.__(
          'such as 1-10: runs so often, with the number in SLURM_ARRAY_TASK_ID'
        )}
      />
      <Field
        form={form}
        name="environment"
        label={trans.__('Virtual environment')}
        help={trans.__('the folder of a Python environment of yours')}
      />
      <Field
        form={form}
        name="folder"
        label={trans.__('Folder for results')}
        help={trans.__('empty for the one of the file itself')}
      />
      {form.choices?.email !== false && (
        <Field
          form={form}
          name="email"
          label={trans.__('E-mail when it ends')}
        />
      )}
    </>
  );
}

function Script({ form, tongue }: IContent): React.JSX.Element {
  const { trans } = tongue;
  const { submission } = form;
  const id = React.useId();
  const ownCounts = submission?.modules_of === 'notebook';
  return (
    <div className="jp-JobForm-script">
      {submission && (
        <p className="jp-JobForm-help">
          {submission.modules.length === 0
            ? trans.__('No modules are loaded in the job.')
            : ownCounts
              ? trans.__(
                  'Modules of the notebook’s own list: %1',
                  submission.modules.join(', ')
                )
              : trans.__(
                  'Modules that are loaded now: %1',
                  submission.modules.join(', ')
                )}
        </p>
      )}
      {(ownCounts || !form.fields.ownModules) && (
        <label className="jp-JobForm-check">
          <input
            type="checkbox"
            checked={form.fields.ownModules}
            disabled={form.isEdited}
            onChange={event => form.set({ ownModules: event.target.checked })}
          />
          {trans.__('Load what the notebook itself asks for')}
        </label>
      )}
      <label className="jp-JobForm-label" htmlFor={id}>
        {trans.__('Script')}
      </label>
      <textarea
        id={id}
        className="jp-JobForm-text jp-mod-styled"
        rows={16}
        spellCheck={false}
        value={form.script}
        aria-describedby={`${id}-help`}
        onChange={event => form.edit(event.target.value)}
      />
      <p id={`${id}-help`} className="jp-JobForm-help">
        {form.isEdited
          ? trans.__(
              'You changed the script: it is sent as it stands here, and the fields above no longer change it.'
            )
          : trans.__('This is what is sent. You can change it.')}
        {submission && submission.options.length > 0 && (
          <>
            {' '}
            {trans.__(
              'Given to sbatch beside it: %1',
              submission.options.join(' ')
            )}
          </>
        )}
      </p>
      {form.isEdited && (
        <Button
          className="jp-mod-styled"
          type="button"
          onClick={() => void form.remake()}
        >
          {trans.__('Make the Script of the Fields Again')}
        </Button>
      )}
    </div>
  );
}

function Checked({ form, tongue }: IContent): React.JSX.Element | null {
  const { trans, language } = tongue;
  const { checked } = form;
  if (!checked) {
    return null;
  }
  return (
    <p>
      {say(checked.sentence, trans)}{' '}
      {checked.starts_at &&
        trans.__(
          'Expected start: %1 (an estimate).',
          moment(checked.starts_at, language)
        )}
    </p>
  );
}

/**
 * A field to type into, with what is wrong with it below.
 */
function Field(props: {
  form: JobForm;
  name: Exclude<keyof IFields, 'method' | 'ownModules'>;
  label: string;
  type?: 'text' | 'number' | 'lines';
  help?: string;
}): React.JSX.Element {
  const { form, name, label, type = 'text', help } = props;
  const id = React.useId();
  const problem = form.problems()[name] ?? '';
  const shared = {
    id,
    className: 'jp-JobForm-input jp-mod-styled',
    value: form.fields[name],
    spellCheck: false,
    'aria-invalid': problem !== '',
    'aria-describedby': `${id}-help ${id}-problem`
  };
  return (
    <div className="jp-JobForm-field">
      <label className="jp-JobForm-label" htmlFor={id}>
        {label}
      </label>
      {type === 'lines' ? (
        <textarea
          {...shared}
          rows={3}
          onChange={event => form.set({ [name]: event.target.value })}
        />
      ) : (
        <input
          {...shared}
          type="text"
          inputMode={type === 'number' ? 'numeric' : undefined}
          autoComplete="off"
          onChange={event => form.set({ [name]: event.target.value })}
        />
      )}
      <span id={`${id}-help`} className="jp-JobForm-hint">
        {help}
      </span>
      <span id={`${id}-problem`} className="jp-JobForm-problem" role="alert">
        {problem}
      </span>
    </div>
  );
}

/**
 * A field to choose from.
 */
function Choice(props: {
  form: JobForm;
  name: 'account' | 'partition' | 'gpuType' | 'method';
  label: string;
  options: ReadonlyArray<readonly [string, string]>;
}): React.JSX.Element {
  const { form, name, label, options } = props;
  const id = React.useId();
  return (
    <div className="jp-JobForm-field">
      <label className="jp-JobForm-label" htmlFor={id}>
        {label}
      </label>
      <HTMLSelect
        id={id}
        className="jp-JobForm-select"
        value={form.fields[name]}
        onChange={event => form.set({ [name]: event.target.value })}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </HTMLSelect>
    </div>
  );
}
