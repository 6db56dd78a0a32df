import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Kernel, KernelSpec } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

/**
 * Says in the tooltips of the launcher's tiles which modules a made kernel loads.
 *
 * JupyterLab's launcher (4.2 to 4.6) shows a kernel's display name there and nothing else,
 * whatever its kernelspec says. Only the titles are changed; where a launcher has other
 * elements than those, nothing is.
 */
export class LauncherTooltips {
  constructor(
    private _shell: JupyterFrontEnd.IShell,
    private _specs: Pick<KernelSpec.IManager, 'specs' | 'specsChanged'>,
    private _trans: TranslationBundle
  ) {
    _specs.specsChanged.connect(() => {
      for (const launcher of this._watched) {
        this._update(launcher);
      }
    });
  }

  /**
   * Look for launchers that were opened.
   */
  look(): void {
    for (const widget of this._shell.widgets('main')) {
      if (widget.id.startsWith('launcher') && !this._watched.has(widget)) {
        this._watch(widget);
      }
    }
  }

  private _watch(launcher: Widget): void {
    this._watched.add(launcher);
    // Titles are set in its turn: attributes are not observed.
    const observer = new MutationObserver(() => this._update(launcher));
    observer.observe(launcher.node, {
      childList: true,
      characterData: true,
      subtree: true
    });
    launcher.disposed.connect(() => {
      observer.disconnect();
      this._watched.delete(launcher);
    });
    this._update(launcher);
  }

  private _update(launcher: Widget): void {
    const titles = titlesOf(this._specs.specs?.kernelspecs ?? {}, this._trans);
    const cards =
      launcher.node.querySelectorAll<HTMLElement>('.jp-LauncherCard');
    for (const card of cards) {
      const label = card.querySelector<HTMLElement>('.jp-LauncherCard-label');
      const title = titles.get(label?.textContent ?? '');
      if (label && title && card.title !== title) {
        card.title = title;
        label.title = title;
      }
    }
  }

  private _watched = new Set<Widget>();
}

/**
 * Return the titles of made kernels by their display names, those left out that several
 * kernels have.
 */
export function titlesOf(
  specs: KernelSpec.ISpecModels['kernelspecs'],
  trans: TranslationBundle
): Map<string, string> {
  const titles = new Map<string, string>();
  const known = Object.values(specs).filter(
    (spec): spec is KernelSpec.ISpecModel => spec !== undefined
  );
  for (const spec of known) {
    const modules = modulesOf(spec.metadata);
    const name = spec.display_name;
    if (modules && known.filter(s => s.display_name === name).length === 1) {
      titles.set(
        name,
        `${name}\n${
          modules.length > 0
            ? trans.__('Modules: %1', modules.join(', '))
            : trans.__('No modules')
        }`
      );
    }
  }
  return titles;
}

/**
 * Return the modules that a kernel loads itself; null where it is not a made one.
 */
export function modulesOf(metadata: unknown): string[] | null {
  const { jupyterlab_hpc: made } = (metadata ?? {}) as {
    jupyterlab_hpc?: { modules?: unknown };
  };
  return Array.isArray(made?.modules)
    ? made.modules.filter((name): name is string => typeof name === 'string')
    : null;
}

/**
 * Return the modules that the kernel of a name loads itself; null where it is not made.
 */
export function ownModules(
  specs: KernelSpec.ISpecModels | null,
  kernel: Kernel.IModel['name'] | undefined
): string[] | null {
  return kernel ? modulesOf(specs?.kernelspecs[kernel]?.metadata) : null;
}
