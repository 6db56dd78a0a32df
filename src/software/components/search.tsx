import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect, InputGroup } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { ISoftwareModel } from '../tokens';

/**
 * The search box; the arrow down leads into the list, Escape empties it.
 */
export function SearchBox(props: {
  model: ISoftwareModel;
  /** Put the focus into what was found. */
  enter: () => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { model, enter, trans } = props;
  const [words, setWords] = React.useState(model.query);
  const latest = React.useRef(words);
  const searching = React.useRef(false);
  // One search at a time: what is typed meanwhile is searched next, the rest is not.
  const search = async () => {
    if (searching.current) {
      return;
    }
    searching.current = true;
    do {
      await model.search(latest.current);
    } while (model.query !== latest.current);
    searching.current = false;
  };
  const change = (text: string) => {
    setWords(text);
    latest.current = text;
    void search();
  };
  return (
    <InputGroup
      className="jp-SoftwarePanel-search"
      type="search"
      aria-label={trans.__('Search modules')}
      placeholder={trans.__('Search modules')}
      rightIcon="ui-components:search"
      maxLength={200}
      spellCheck={false}
      autoComplete="off"
      value={words}
      onChange={event => change(event.target.value)}
      onKeyDown={event => {
        if (event.key === 'ArrowDown' || event.key === 'Enter') {
          event.preventDefault();
          enter();
        } else if (event.key === 'Escape' && words) {
          event.preventDefault();
          change('');
        }
      }}
    />
  );
}

/**
 * What the search keeps to.
 */
export function Filters(props: {
  model: ISoftwareModel;
  setHidden: (hidden: boolean) => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { model, trans } = props;
  const categories = model.system?.categories ?? [];
  return (
    <div
      className="jp-SoftwarePanel-filters"
      role="group"
      aria-label={trans.__('Filters')}
    >
      <label
        title={trans.__(
          'Leave out what needs other modules to be loaded first'
        )}
      >
        <input
          type="checkbox"
          checked={model.loadable}
          onChange={event => {
            model.loadable = event.target.checked;
          }}
        />
        {trans.__('Loadable now')}
      </label>
      <label title={trans.__('Find modules that the site does not list, too')}>
        <input
          type="checkbox"
          checked={model.hidden}
          onChange={event => props.setHidden(event.target.checked)}
        />
        {trans.__('Hidden too')}
      </label>
      {categories.length > 1 && (
        <HTMLSelect
          className="jp-SoftwarePanel-category"
          aria-label={trans.__('Category')}
          value={model.category}
          onChange={event => {
            model.category = event.target.value;
          }}
        >
          <option value="">{trans.__('All categories')}</option>
          {categories.map(category => (
            <option key={category} value={category}>
              {category}
            </option>
          ))}
        </HTMLSelect>
      )}
    </div>
  );
}
