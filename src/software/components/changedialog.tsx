import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Change } from '../../rest/payloads';
import { ChangePlan } from './changeplan';

/**
 * Show what a change of all modules will do; resolve whether to go on.
 */
export async function confirmChange(options: {
  title: string;
  intro: string;
  accept: string;
  change: Change;
  trans: TranslationBundle;
}): Promise<boolean> {
  const { title, intro, accept, change, trans } = options;
  const risky = change.protected.length > 0;
  const answer = await showDialog({
    title,
    body: <ChangePlan change={change} intro={intro} trans={trans} />,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      risky
        ? Dialog.warnButton({ label: accept })
        : Dialog.okButton({ label: accept })
    ]
  });
  return answer.button.accept;
}
