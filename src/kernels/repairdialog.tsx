import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect, ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { MadeKernel, Repair } from '../rest/payloads';
import { FormDialog } from '../ui/formdialog';
import { Notice } from '../ui/notice';
import { detailOf, sayError } from '../ui/sentences';
import type { IKernelsModel } from './tokens';

/**
 * Show what repairing a kernel changes, and do it; resolves whether it was done.
 */
export async function repairKernel(
  kernel: MadeKernel,
  model: IKernelsModel,
  trans: TranslationBundle
): Promise<boolean> {
  const body = new RepairForm(kernel, model, trans);
  let done = false;
  const dialog = new FormDialog(
    {
      title: trans.__('Repair %1?', kernel.display_name),
      body,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Test and repair') })
      ]
    },
    async () => {
      done = await body.repair();
      return done;
    }
  );
  void body.preview();
  await dialog.launch();
  return done;
}

class RepairForm extends ReactWidget {
  constructor(
    private _kernel: MadeKernel,
    private _model: IKernelsModel,
    private _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-KernelForm');
    for (const gone of _kernel.gone) {
      if (gone.near.length > 0) {
        this._chosen[gone.full_name] = gone.near[0];
      }
    }
  }

  async preview(): Promise<void> {
    const asked = ++this._asked;
    await this._ask(this._trans.__('Looking what will change…'), async () => {
      const plan = await this._model.repair({
        ...this._request,
        preview: true
      });
      if (asked === this._asked) {
        this._plan = plan;
      }
    });
  }

  async repair(): Promise<boolean> {
    let done = false;
    await this._ask(
      this._trans.__('Testing: the kernel is started with its modules…'),
      async () => {
        await this._model.repair(this._request);
        done = true;
      }
    );
    return done;
  }

  protected override render(): React.JSX.Element {
    const trans = this._trans;
    const plan = this._plan;
    return (
      <>
        {this._kernel.gone.map(gone => (
          <label key={gone.full_name} className="jp-KernelForm-field">
            {trans.__('In the place of %1', gone.full_name)}
            <HTMLSelect
              className="jp-KernelForm-select"
              value={this._chosen[gone.full_name] ?? ''}
              onChange={event => {
                this._chosen[gone.full_name] = event.target.value;
                void this.preview();
              }}
            >
              {gone.near.map(name => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </HTMLSelect>
          </label>
        ))}
        {plan && (
          <Plan before={plan.modules_before} plan={plan} trans={trans} />
        )}
        <div role="status" className="jp-KernelForm-status">
          {this._work}
        </div>
        {this._error && (
          <Notice
            level="error"
            detail={detailOf(this._error)}
            open
            trans={trans}
          >
            {sayError(this._error, trans)}
          </Notice>
        )}
      </>
    );
  }

  private get _request() {
    return {
      name: this._kernel.name,
      replace: { ...this._chosen },
      preview: false,
      keep: false
    };
  }

  private async _ask(words: string, act: () => Promise<void>): Promise<void> {
    this._work = words;
    this._error = null;
    this.update();
    try {
      await act();
    } catch (reason) {
      this._error = reason as Error;
      this._plan = null;
    }
    this._work = '';
    if (!this.isDisposed) {
      this.update();
    }
  }

  private _chosen: Record<string, string> = {};
  private _plan: Repair | null = null;
  private _work = '';
  private _error: Error | null = null;
  private _asked = 0;
}

/**
 * What a repair changes.
 */
function Plan(props: {
  before: ReadonlyArray<string>;
  plan: Repair;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { before, plan, trans } = props;
  const groups: [string, ReadonlyArray<string>][] = [
    [
      trans.__('Will be loaded'),
      plan.modules.filter(name => !before.includes(name))
    ],
    [
      trans.__('Will not be loaded any more'),
      before.filter(name => !plan.modules.includes(name))
    ],
    [
      trans.__('Will run'),
      plan.program === plan.program_before ? [] : [plan.program]
    ]
  ];
  const shown = groups.filter(([, names]) => names.length > 0);
  return (
    <div className="jp-KernelForm-plan">
      {shown.length === 0 ? (
        <p>
          {trans.__('The start script is written anew, with the same modules.')}
        </p>
      ) : (
        <dl>
          {shown.map(([label, names]) => (
            <React.Fragment key={label}>
              <dt>{label}</dt>
              {names.map(name => (
                <dd key={name}>{name}</dd>
              ))}
            </React.Fragment>
          ))}
        </dl>
      )}
    </div>
  );
}
