import { Clipboard, MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Button, ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import type { CheckReport, Finding, SupportBundle } from '../rest/payloads';
import { sessionIcon } from '../ui/icons';
import { Notice } from '../ui/notice';
import { detailOf, sayError } from '../ui/sentences';
import type { CheckModel } from './model';
import { needsAttention } from './model';
import { reportText, say, stateWord, summary } from './words';

/**
 * The id of the widget that shows the findings.
 */
export const CHECK_ID = 'jupyterlab-hpc-check';

/**
 * Make the widget that checks this session and shows what was found.
 */
export function makeCheck(
  model: CheckModel,
  trans: TranslationBundle
): MainAreaWidget<CheckView> {
  const widget = new MainAreaWidget({ content: new CheckView(model, trans) });
  widget.id = CHECK_ID;
  widget.title.label = trans.__('Session Check');
  widget.title.icon = sessionIcon;
  widget.title.closable = true;
  return widget;
}

/**
 * The findings about this session, and the text for the site's support.
 */
export class CheckView extends ReactWidget {
  constructor(
    private _model: CheckModel,
    private _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-SessionCheck');
    this.node.tabIndex = -1;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._model.dispose();
      super.dispose();
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._begin();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._begin();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.focus();
  }

  /**
   * Check when the view is seen first: a tab that was restored behind others waits.
   */
  private _begin(): void {
    if (!this._begun && this.isVisible) {
      this._begun = true;
      void this._model.run();
    }
  }

  protected override render(): React.JSX.Element {
    return (
      <UseSignal signal={this._model.stateChanged}>
        {() => <Check model={this._model} trans={this._trans} />}
      </UseSignal>
    );
  }

  private _begun = false;
}

function Check(props: {
  model: CheckModel;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { model, trans } = props;
  const { busy, error, report } = model;
  // Until the user chooses: what is well is left out where something is not.
  const [chosen, setOnly] = React.useState<boolean | null>(null);
  const only = chosen ?? report?.findings.some(needsAttention) ?? false;
  const [supporting, setSupporting] = React.useState(false);
  const opener = React.useRef<HTMLDivElement>(null);
  const close = () => {
    setSupporting(false);
    opener.current?.querySelector('button')?.focus();
  };
  return (
    <>
      <h2 className="jp-SessionCheck-title">{trans.__('Session Check')}</h2>
      <p className="jp-SessionCheck-text">
        {trans.__(
          'What this extension needs of the session, and what to do about what is missing. Nothing is changed by it.'
        )}
      </p>
      <div className="jp-SessionCheck-buttons">
        {busy ? (
          <Button key="run" onClick={() => model.cancel()}>
            {trans.__('Cancel')}
          </Button>
        ) : (
          <Button key="run" onClick={() => void model.run()}>
            {trans.__('Check Again')}
          </Button>
        )}
        <Button
          disabled={!report}
          onClick={() =>
            report && Clipboard.copyToSystem(reportText(report, trans))
          }
        >
          {trans.__('Copy Findings')}
        </Button>
        <div ref={opener}>
          <Button disabled={!report} onClick={() => setSupporting(true)}>
            {trans.__('Support Bundle…')}
          </Button>
        </div>
      </div>
      <p role="status" className="jp-SessionCheck-status">
        {busy
          ? trans.__('Checking… This may take a minute.')
          : report
            ? summary(report, trans)
            : trans.__('Nothing was checked.')}
      </p>
      {error && (
        <Notice level="error" detail={detailOf(error)} trans={trans}>
          {sayError(error, trans)}
        </Notice>
      )}
      {supporting && <Support model={model} close={close} trans={trans} />}
      {report && (
        <>
          <label className="jp-SessionCheck-option">
            <input
              type="checkbox"
              checked={only}
              onChange={event => setOnly(event.target.checked)}
            />
            {trans.__('Only what needs attention')}
          </label>
          <Groups report={report} only={only} trans={trans} />
        </>
      )}
    </>
  );
}

function Groups(props: {
  report: CheckReport;
  only: boolean;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { report, only, trans } = props;
  const id = React.useId();
  const shown = report.findings.filter(
    finding => !only || needsAttention(finding)
  );
  if (shown.length === 0) {
    return (
      <p className="jp-SessionCheck-text">
        {trans.__('Nothing needs attention.')}
      </p>
    );
  }
  return (
    <>
      {report.groups
        .map(group => ({
          group,
          findings: shown.filter(finding => finding.group === group.id)
        }))
        .filter(({ findings }) => findings.length > 0)
        .map(({ group, findings }) => (
          <section key={group.id} aria-labelledby={`${id}${group.id}`}>
            <h3 id={`${id}${group.id}`} className="jp-SessionCheck-group">
              {say(group.title, trans)}
            </h3>
            <ul className="jp-SessionCheck-findings">
              {findings.map(finding => (
                <FindingRow key={finding.id} finding={finding} trans={trans} />
              ))}
            </ul>
          </section>
        ))}
    </>
  );
}

function FindingRow(props: {
  finding: Finding;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { finding, trans } = props;
  const cure = finding.state === 'ok' ? '' : say(finding.cure, trans);
  return (
    <li className={`jp-SessionCheck-finding jp-mod-${finding.state}`}>
      <span className="jp-SessionCheck-state">
        {stateWord(finding.state, trans)}
      </span>
      <div className="jp-SessionCheck-body">
        <strong>{say(finding.title, trans)}</strong>{' '}
        <span>{say(finding.found, trans)}</span>
        {cure && (
          <p className="jp-SessionCheck-cure">{trans.__('To do: %1', cure)}</p>
        )}
        {finding.detail && (
          <details className="jp-SessionCheck-details">
            <summary>{trans.__('Details')}</summary>
            <pre tabIndex={0}>{finding.detail}</pre>
          </details>
        )}
      </div>
    </li>
  );
}

function Support(props: {
  model: CheckModel;
  close: () => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { model, close, trans } = props;
  const [names, setNames] = React.useState(false);
  const [bundle, setBundle] = React.useState<SupportBundle | null>(null);
  const [error, setError] = React.useState<Error | null>(null);
  const heading = React.useRef<HTMLHeadingElement>(null);
  const id = React.useId();
  React.useEffect(() => heading.current?.focus(), []);
  React.useEffect(() => {
    let current = true;
    model.bundle(names).then(
      made => {
        if (current) {
          setBundle(made);
          setError(null);
        }
      },
      (reason: Error) => {
        if (current) {
          setBundle(null);
          setError(reason);
        }
      }
    );
    return () => {
      current = false;
    };
  }, [model, names, model.report]);
  return (
    <section className="jp-SessionCheck-support" aria-labelledby={id}>
      <h3 id={id} ref={heading} tabIndex={-1}>
        {trans.__('Support Bundle')}
      </h3>
      <p className="jp-SessionCheck-text">
        {trans.__(
          'For your request to the site’s support: this text and nothing else. Passwords, tokens and cookies were taken out; read it before you pass it on. It is sent nowhere.'
        )}
      </p>
      <label className="jp-SessionCheck-option">
        <input
          type="checkbox"
          checked={names}
          onChange={event => setNames(event.target.checked)}
        />
        {trans.__('With my user name')}
      </label>
      {error && (
        <Notice level="error" detail={detailOf(error)} trans={trans}>
          {sayError(error, trans)}
        </Notice>
      )}
      <pre
        className="jp-SessionCheck-bundle"
        role="region"
        aria-label={trans.__('Text of the support bundle')}
        aria-busy={!bundle && !error}
        tabIndex={0}
      >
        {bundle?.text}
      </pre>
      <div className="jp-SessionCheck-buttons">
        <Button
          disabled={!bundle}
          onClick={() => bundle && save(bundle.file_name, bundle.text)}
        >
          {trans.__('Save as File')}
        </Button>
        <Button
          disabled={!bundle}
          onClick={() => bundle && Clipboard.copyToSystem(bundle.text)}
        >
          {trans.__('Copy Text')}
        </Button>
        <Button onClick={close}>{trans.__('Close Support Bundle')}</Button>
      </div>
    </section>
  );
}

/**
 * Have the browser save a text, as a click on a link to it would.
 */
function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  URL.revokeObjectURL(url);
}
