import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IMissing } from './carry';

/**
 * What the user wants back.
 */
export interface IWanted {
  modules: boolean;
  files: boolean;
}

/**
 * What can be brought back from the last session, to choose from.
 */
export function CarryBody(props: {
  missing: IMissing;
  wanted: IWanted;
  onChange: (wanted: IWanted) => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { missing, trans } = props;
  const [wanted, setWanted] = React.useState(props.wanted);
  const toggle = (key: keyof IWanted) => {
    const now = { ...wanted, [key]: !wanted[key] };
    setWanted(now);
    props.onChange(now);
  };
  return (
    <div className="jp-CarryDialog-body">
      <Choice
        label={trans._n(
          'Load %1 module',
          'Load %1 modules',
          missing.modules.length
        )}
        items={missing.modules}
        checked={wanted.modules}
        onToggle={() => toggle('modules')}
      />
      <Choice
        label={trans._n('Open %1 file', 'Open %1 files', missing.files.length)}
        items={missing.files}
        checked={wanted.files}
        onToggle={() => toggle('files')}
      />
      <p>
        {trans.__(
          'Kernels and their variables ended with the last session; notebooks have to be run again.'
        )}
      </p>
    </div>
  );
}

function Choice(props: {
  label: string;
  items: string[];
  checked: boolean;
  onToggle: () => void;
}): React.JSX.Element | null {
  const id = React.useId();
  if (props.items.length === 0) {
    return null;
  }
  return (
    <>
      <label id={id}>
        <input
          type="checkbox"
          checked={props.checked}
          onChange={props.onToggle}
        />
        {props.label}
      </label>
      <ul aria-labelledby={id}>
        {props.items.map(item => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </>
  );
}
