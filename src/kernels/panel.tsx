import { MainAreaWidget } from '@jupyterlab/apputils';
import {
  Button,
  kernelIcon,
  ReactWidget,
  UseSignal
} from '@jupyterlab/ui-components';
import * as React from 'react';

import type { MadeKernel } from '../rest/payloads';
import { Notice } from '../ui/notice';
import { detailOf, sayError } from '../ui/sentences';
import type { ITongue } from '../ui/size';
import type { IKernelActions, IKernelsModel } from './tokens';
import { sayGone, sayMessage, sayTrial } from './words';

/**
 * The id of the widget.
 */
export const VIEW_ID = 'jupyterlab-hpc-kernels';

/**
 * Make the main area's widget that lists the made kernels.
 */
export function makeView(
  model: IKernelsModel,
  actions: IKernelActions,
  tongue: ITongue
): MainAreaWidget<ReactWidget> {
  const content = ReactWidget.create(
    <UseSignal signal={model.stateChanged}>
      {() => <KernelsView model={model} actions={actions} {...tongue} />}
    </UseSignal>
  );
  content.addClass('jp-KernelsView');
  const widget = new MainAreaWidget({ content });
  widget.id = VIEW_ID;
  widget.title.label = tongue.trans.__('My Kernels');
  widget.title.icon = kernelIcon;
  widget.title.closable = true;
  return widget;
}

interface IViewProps extends ITongue {
  model: IKernelsModel;
  actions: IKernelActions;
}

function KernelsView(props: IViewProps): React.JSX.Element {
  const { model, actions, trans } = props;
  const { kernels, error } = model;
  const title = React.useId();
  return (
    <section aria-labelledby={title}>
      <div className="jp-KernelsView-head">
        <h2 id={title}>{trans.__('My Kernels')}</h2>
        <Button small className="jp-KernelsView-make" onClick={actions.make}>
          {trans.__('Make a kernel…')}
        </Button>
      </div>
      <p className="jp-KernelsView-intro">
        {trans.__(
          'These kernels load their own modules, in any session, in batch jobs and outside of JupyterLab.'
        )}
      </p>
      {error && (
        <Notice
          level="error"
          detail={detailOf(error)}
          onDismiss={() => model.dismiss()}
          trans={trans}
        >
          {sayError(error, trans)}
        </Notice>
      )}
      {kernels?.length === 0 && (
        <p>{trans.__('You have not made any kernel yet.')}</p>
      )}
      <ul role="list" className="jp-KernelsView-list" aria-labelledby={title}>
        {kernels?.map(kernel => (
          <KernelRow key={kernel.name} kernel={kernel} {...props} />
        ))}
      </ul>
    </section>
  );
}

function KernelRow(
  props: IViewProps & { kernel: MadeKernel }
): React.JSX.Element {
  const { kernel, model, actions, trans } = props;
  const { name, display_name: shown } = kernel;
  const trial = model.trials.get(name);
  const isBusy = model.busy.has(name);
  const press = (act: (name: string) => void) => () => {
    if (!isBusy) {
      act(name);
    }
  };
  const buttons: [string, string, (name: string) => void][] = [
    [trans.__('Test'), trans.__('Test %1', shown), actions.tryAgain],
    [trans.__('Repair…'), trans.__('Repair %1', shown), actions.repair],
    [trans.__('Rename…'), trans.__('Rename %1', shown), actions.rename],
    [trans.__('Remove…'), trans.__('Remove %1', shown), actions.remove]
  ];
  return (
    <li className="jp-KernelsView-kernel">
      <h3>
        {shown} <code>{name}</code>
      </h3>
      <p className="jp-KernelsView-modules">
        {kernel.modules.length > 0
          ? kernel.modules.join(' ')
          : trans.__('no modules')}
      </p>
      <p className="jp-KernelsView-about">{about(props)}</p>
      {kernel.state !== 'ok' && (
        <Notice level="warning" trans={trans}>
          {kernel.gone.length > 0
            ? kernel.gone.map(gone => sayGone(gone, trans)).join(' ')
            : sayMessage(kernel.message, trans)}
        </Notice>
      )}
      <div role="status" className="jp-KernelsView-status">
        {isBusy
          ? trans.__('Working on %1…', shown)
          : trial && trial.ok && sayTrial(trial, props)}
      </div>
      {trial && !trial.ok && !isBusy && (
        <Notice
          level="error"
          detail={trial.message.detail}
          detailLabel={trans.__('What the kernel said')}
          open
          trans={trans}
        >
          {sayTrial(trial, props)}
        </Notice>
      )}
      <div className="jp-KernelsView-actions" aria-busy={isBusy}>
        {buttons.map(([text, label, act]) => (
          <Button
            key={text}
            small
            minimal
            className="jp-KernelsView-action"
            aria-label={label}
            aria-disabled={isBusy}
            onClick={press(act)}
          >
            {text}
          </Button>
        ))}
      </div>
    </li>
  );
}

/**
 * Return what runs, and who made it when.
 */
function about(props: IViewProps & { kernel: MadeKernel }): string {
  const { kernel, language, trans } = props;
  const time = new Date(kernel.made_at);
  const when = isNaN(time.getTime())
    ? kernel.made_at
    : time.toLocaleDateString(language, { dateStyle: 'medium' });
  return trans.__(
    '%1 · %2 · made on %3 by %4',
    kernel.program,
    kernel.system,
    when,
    kernel.made_by
  );
}
