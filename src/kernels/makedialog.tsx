import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  Button,
  HTMLSelect,
  ReactWidget,
  UseSignal
} from '@jupyterlab/ui-components';
import * as React from 'react';

import type { TriedKernel } from '../rest/payloads';
import { FormDialog } from '../ui/formdialog';
import { Notice } from '../ui/notice';
import { detailOf, sayError } from '../ui/sentences';
import { KernelForm, VENV } from './form';
import type { IKernelsModel } from './tokens';
import { sayMessage } from './words';

/**
 * Ask what a kernel is to be made of, until it is made; null where the user gave up.
 */
export async function makeKernel(
  model: IKernelsModel,
  trans: TranslationBundle
): Promise<TriedKernel | null> {
  const form = new KernelForm(model, await model.sources());
  const waiting = new AbortController();
  let made: TriedKernel | null = null;
  const body = ReactWidget.create(
    <UseSignal signal={form.stateChanged}>
      {() => (
        <MakeForm form={form} submit={() => dialog.resolve()} trans={trans} />
      )}
    </UseSignal>
  );
  body.addClass('jp-KernelForm');
  const dialog = new FormDialog(
    {
      title: trans.__('Make a kernel'),
      body,
      focusNodeSelector: 'input',
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Test and make') })
      ]
    },
    async () => {
      if (!form.displayName.trim()) {
        form.fail(new Error(trans.__('Give a name.')));
        return false;
      }
      made = await form.make(waiting.signal);
      return made !== null;
    }
  );
  void form.choose('loaded');
  await dialog.launch();
  // What is under way is given up, and leaves nothing behind.
  waiting.abort();
  form.dispose();
  return made;
}

function MakeForm(props: {
  form: KernelForm;
  submit: () => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { form, trans } = props;
  const { sources, bases, error } = form;
  const id = React.useId();
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        props.submit();
      }}
    >
      <label className="jp-KernelForm-field">
        {trans.__('Name in the launcher')}
        <input
          className="jp-KernelForm-input"
          type="text"
          autoFocus
          value={form.displayName}
          autoComplete="off"
          spellCheck={false}
          onChange={event => {
            form.displayName = event.target.value;
          }}
        />
      </label>
      <label className="jp-KernelForm-field">
        {trans.__('Name for programs')}
        <input
          className="jp-KernelForm-input"
          type="text"
          value={form.name}
          autoComplete="off"
          spellCheck={false}
          aria-describedby={`${id}-name`}
          onChange={event => {
            form.name = event.target.value;
          }}
        />
      </label>
      <p id={`${id}-name`} className="jp-KernelForm-help">
        {trans.__(
          'Small letters, digits, dots, hyphens and underscores; notebooks keep this name.'
        )}
      </p>
      <label className="jp-KernelForm-field">
        {trans.__('Modules')}
        <HTMLSelect
          className="jp-KernelForm-select"
          value={form.origin}
          onChange={event => void form.choose(event.target.value)}
        >
          <option value="loaded">
            {trans._n(
              'What is loaded now (%1 module)',
              'What is loaded now (%1 modules)',
              sources.loaded.length
            )}
          </option>
          {sources.collections.map(name => (
            <option key={name} value={`:${name}`}>
              {trans.__('The collection %1', name)}
            </option>
          ))}
          <option value="none">{trans.__('None')}</option>
        </HTMLSelect>
      </label>
      {bases && bases.modules.length > 0 && (
        <ul
          role="list"
          className="jp-KernelForm-modules"
          aria-label={trans.__('Modules of the kernel')}
        >
          {bases.modules.map(name => (
            <li key={name}>{name}</li>
          ))}
        </ul>
      )}
      <label className="jp-KernelForm-field">
        {trans.__('What runs')}
        <HTMLSelect
          className="jp-KernelForm-select"
          value={form.base}
          onChange={event => {
            form.base = event.target.value;
          }}
        >
          {bases?.bases.map(base => (
            <option key={base.id} value={base.id}>
              {base.origin === 'module'
                ? trans.__('%1 (from a module)', base.display_name)
                : base.display_name}
            </option>
          ))}
          <option value={VENV}>{trans.__('A virtual environment…')}</option>
        </HTMLSelect>
      </label>
      {form.base === VENV && <VenvField form={form} trans={trans} />}
      <div role="status" className="jp-KernelForm-status">
        {sayWork(form.work, trans)}
      </div>
      {error && (
        <Notice
          level="error"
          detail={detailOf(error)}
          detailLabel={
            form.failed ? trans.__('What the kernel said') : undefined
          }
          open
          trans={trans}
        >
          {sayError(error, trans)}
        </Notice>
      )}
      {form.failed && (
        <label className="jp-KernelForm-check">
          <input
            type="checkbox"
            checked={form.keep}
            onChange={event => {
              form.keep = event.target.checked;
            }}
          />
          {trans.__('Make it all the same, to mend it later')}
        </label>
      )}
    </form>
  );
}

/**
 * The folder of a virtual environment, and what it lacks.
 */
function VenvField(props: {
  form: KernelForm;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { form, trans } = props;
  const { venv } = form;
  const list = React.useId();
  return (
    <>
      <label className="jp-KernelForm-field">
        {trans.__('Folder of the virtual environment')}
        <input
          className="jp-KernelForm-input"
          type="text"
          value={form.folder}
          list={list}
          autoComplete="off"
          spellCheck={false}
          onChange={event => {
            form.folder = event.target.value;
          }}
          onBlur={() => void form.look()}
        />
      </label>
      <datalist id={list}>
        {form.sources.venvs.map(folder => (
          <option key={folder} value={folder} />
        ))}
      </datalist>
      {venv && venv.state === 'ok' && (
        <p className="jp-KernelForm-help" role="status">
          {trans.__(
            'Python %1 with ipykernel %2.',
            venv.python,
            venv.ipykernel
          )}
        </p>
      )}
      {venv && venv.state !== 'ok' && (
        <Notice
          level="warning"
          detail={venv.command || venv.message.detail}
          detailLabel={
            venv.command ? trans.__('What to type in a terminal') : undefined
          }
          open
          trans={trans}
        >
          {sayMessage(venv.message, trans)}
        </Notice>
      )}
      {venv?.state === 'no-ipykernel' && (
        <Button
          small
          className="jp-KernelForm-button"
          aria-disabled={form.work !== ''}
          onClick={event => {
            event.preventDefault();
            if (form.work === '') {
              void form.install();
            }
          }}
        >
          {trans.__('Install ipykernel there')}
        </Button>
      )}
    </>
  );
}

function sayWork(work: KernelForm['work'], trans: TranslationBundle): string {
  return {
    '': '',
    bases: trans.__('Looking which kernels there are with these modules…'),
    venv: trans.__('Looking at the virtual environment…'),
    install: trans.__('Installing ipykernel…'),
    make: trans.__('Testing: the kernel is started with its modules…')
  }[work];
}
