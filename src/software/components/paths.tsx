import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ModulePaths, ModulePathsRequest } from '../../rest/payloads';
import { Notice } from '../../ui/notice';
import { detailOf, sayError } from '../../ui/sentences';
import { describeChange } from '../outcome';
import type { ICollectionsModel, ISoftwareModel } from '../tokens';
import { FormDialog } from '../../ui/formdialog';

/**
 * Show the folders that modules come from, and let the user change them.
 */
export async function showModulePaths(context: IContext): Promise<void> {
  const { trans } = context;
  const body = ReactWidget.create(<PathsForm {...context} />);
  await new FormDialog({
    title: trans.__('Module paths'),
    body,
    focusNodeSelector: 'input',
    buttons: [Dialog.cancelButton({ label: trans.__('Close') })]
  }).launch();
}

interface IContext {
  collections: ICollectionsModel;
  model: ISoftwareModel;
  trans: TranslationBundle;
}

function PathsForm(props: IContext): React.JSX.Element {
  const { collections, model, trans } = props;
  const [paths, setPaths] = React.useState<ModulePaths | null>(null);
  const [folder, setFolder] = React.useState('');
  const [busy, setBusy] = React.useState(false);
  const [error, setError] = React.useState<Error | null>(null);
  const [told, setTold] = React.useState<string[]>([]);
  const field = React.useRef<HTMLInputElement>(null);
  const id = React.useId();

  const ask = React.useCallback(async () => {
    try {
      setPaths(await collections.modulePaths());
    } catch (reason) {
      setError(reason as Error);
    }
  }, [collections]);
  React.useEffect(() => void ask(), [ask]);

  const change = async (request: ModulePathsRequest) => {
    if (busy) {
      return;
    }
    setBusy(true);
    setError(null);
    setTold([]);
    await collections.changeModulePaths(request);
    if (model.error) {
      setError(model.error);
      model.dismiss(); // it is told here
    } else {
      if (model.outcome) {
        setTold([
          ...describeChange(model.outcome, trans),
          ...model.outcome.messages.map(message => message.text)
        ]);
      }
      setFolder('');
      await ask();
    }
    setBusy(false);
    field.current?.focus();
  };

  return (
    <div className="jp-SoftwareForm">
      <p>
        {trans.__(
          'Modules are looked for in these folders, in this order. What you change holds until the session ends.'
        )}
      </p>
      <ul role="list" className="jp-SoftwareForm-paths" aria-busy={busy}>
        {paths?.entries.map(entry => (
          <li key={entry.folder} className="jp-SoftwareForm-path">
            <span className="jp-SoftwareForm-folder">{entry.folder}</span>
            {!entry.exists && (
              <span className="jp-SoftwarePanel-mark">
                {trans.__('does not exist')}
              </span>
            )}
            {entry.own && (
              <>
                <span
                  className="jp-SoftwarePanel-mark"
                  title={trans.__('Not the site’s: you added it')}
                >
                  {trans.__('own')}
                </span>
                <Button
                  small
                  minimal
                  className="jp-SoftwarePanel-action"
                  aria-label={trans.__('Leave out %1', entry.folder)}
                  aria-disabled={busy}
                  onClick={() => void change({ unuse: [entry.folder] })}
                >
                  {trans.__('Leave out')}
                </Button>
              </>
            )}
          </li>
        ))}
      </ul>
      {paths?.entries.length === 0 && (
        <p>{trans.__('MODULEPATH names no folder.')}</p>
      )}
      <form
        className="jp-SoftwareForm-line"
        onSubmit={event => {
          event.preventDefault();
          void change({ use: [folder.trim()] });
        }}
      >
        <label htmlFor={`${id}-folder`}>{trans.__('Folder of modules')}</label>
        <input
          ref={field}
          autoFocus
          id={`${id}-folder`}
          className="jp-SoftwareForm-field"
          type="text"
          value={folder}
          placeholder={trans.__('An absolute path')}
          autoComplete="off"
          spellCheck={false}
          onChange={event => setFolder(event.target.value)}
        />
        <Button
          small
          minimal
          type="submit"
          className="jp-SoftwarePanel-action"
          aria-disabled={busy}
        >
          {trans.__('Use')}
        </Button>
      </form>
      {error && (
        <Notice
          level="error"
          detail={detailOf(error)}
          detailLabel={trans.__('What the module system said')}
          open
          trans={trans}
        >
          {sayError(error, trans)}
        </Notice>
      )}
      <div role="status">
        {told.map(sentence => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    </div>
  );
}
