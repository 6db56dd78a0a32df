import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { sayError } from '../../ui/sentences';
import { nameOf } from '../stalewords';
import type { IStaleActions, IStaleKernel, IStaleModel } from '../tokens';

/**
 * What is stale, and what can be done about it.
 */
export interface IStaleView {
  stale: IStaleModel;
  actions: IStaleActions;
}

/**
 * What still uses the modules from before the last change, and what to do about it.
 *
 * Shows nothing where there is nothing to do, or where the user does not want to now.
 */
export function StaleSection(
  props: IStaleView & { trans: TranslationBundle }
): React.JSX.Element {
  const { stale } = props;
  return (
    <UseSignal signal={stale.stateChanged}>
      {() => (stale.isEmpty || stale.isPostponed ? null : <Stale {...props} />)}
    </UseSignal>
  );
}

function Stale(
  props: IStaleView & { trans: TranslationBundle }
): React.JSX.Element {
  const { stale, actions, trans } = props;
  const title = React.useId();
  return (
    <section className="jp-StaleSection" aria-labelledby={title}>
      <h3 id={title} className="jp-StaleSection-title">
        {trans.__('Started before the last change')}
      </h3>
      <div className="jp-StaleSection-actions">
        {stale.kernels.length > 0 && (
          <Button
            className="jp-StaleSection-button"
            small
            onClick={() => actions.restart()}
          >
            {trans.__('Restart these')}
          </Button>
        )}
        <Button
          className="jp-StaleSection-button"
          small
          minimal
          onClick={() => stale.postpone()}
        >
          {trans.__('Not now')}
        </Button>
      </div>
      <div className="jp-StaleSection-body">
        {stale.kernels.length > 0 && (
          <ul
            role="list"
            className="jp-StaleSection-list"
            aria-labelledby={title}
          >
            {stale.kernels.map(kernel => (
              <KernelRow key={kernel.id} kernel={kernel} {...props} />
            ))}
          </ul>
        )}
        {stale.kernels.some(kernel => kernel.isPython) && (
          <p className="jp-StaleSection-hint">
            {trans.__(
              'A restart loses variables. Taking over keeps them, and what is imported already stays as it is.'
            )}
          </p>
        )}
        {stale.applications.length > 0 && (
          <>
            <p className="jp-StaleSection-kind">
              {trans._n(
                'Application: %2',
                'Applications: %2',
                stale.applications.length,
                stale.applications.join(', ')
              )}
            </p>
            <p className="jp-StaleSection-hint">
              {trans.__('Stop and start again to use the new modules.')}
            </p>
          </>
        )}
        {stale.terminals.length > 0 && <Terminals {...props} />}
      </div>
    </section>
  );
}

function KernelRow(
  props: IStaleView & { kernel: IStaleKernel; trans: TranslationBundle }
): React.JSX.Element {
  const { kernel, stale, actions, trans } = props;
  const name = nameOf(kernel);
  const isBusy = stale.busy.has(kernel.id);
  const press = (act: (id: string) => void) => () => {
    if (!isBusy) {
      act(kernel.id);
    }
  };
  return (
    <li className="jp-StaleSection-row">
      <span className="jp-StaleSection-name">
        {name}
        {kernel.documents.length > 0 && (
          <span className="jp-StaleSection-kernel"> {kernel.displayName}</span>
        )}
      </span>
      <span className="jp-StaleSection-buttons" aria-busy={isBusy}>
        <Button
          className="jp-StaleSection-button"
          small
          minimal
          aria-label={trans.__('Restart %1', name)}
          aria-disabled={isBusy}
          onClick={press(actions.restart)}
        >
          {trans.__('Restart')}
        </Button>
        {kernel.isPython && (
          <Button
            className="jp-StaleSection-button"
            small
            minimal
            aria-label={trans.__('Take over the change in %1', name)}
            aria-disabled={isBusy}
            onClick={press(actions.takeOver)}
          >
            {trans.__('Take over')}
          </Button>
        )}
      </span>
    </li>
  );
}

/**
 * A shell's modules are its own: nobody can change them from outside.
 */
function Terminals(props: {
  stale: IStaleModel;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { stale, trans } = props;
  const [text, setText] = React.useState('');
  const { revision } = stale;
  const [isOpen, setOpen] = React.useState(false);
  React.useEffect(() => {
    let isWanted = isOpen;
    if (isOpen) {
      stale.script().then(
        script => isWanted && setText(script),
        reason => isWanted && setText(sayError(reason as Error, trans))
      );
    }
    return () => {
      isWanted = false;
    };
  }, [isOpen, revision, stale, trans]);
  return (
    <>
      <p className="jp-StaleSection-kind">
        {trans._n(
          'Terminal: %2',
          'Terminals: %2',
          stale.terminals.length,
          stale.terminals.join(', ')
        )}
      </p>
      <p className="jp-StaleSection-hint">
        {trans.__(
          'Open a new terminal, or paste these commands into the old one:'
        )}
      </p>
      <details
        className="jp-HPCNotice-details"
        onToggle={event => setOpen(event.currentTarget.open)}
      >
        <summary>{trans.__('Commands for a terminal')}</summary>
        <pre className="jp-HPCNotice-detail" tabIndex={0}>
          {text}
        </pre>
        <Button
          className="jp-StaleSection-button"
          small
          minimal
          disabled={!text}
          onClick={() => Clipboard.copyToSystem(text)}
        >
          {trans.__('Copy')}
        </Button>
      </details>
    </>
  );
}
