import type { TranslationBundle } from '@jupyterlab/translation';

/**
 * What the page speaks: the catalogue, and the language for numbers.
 */
export interface ITongue {
  trans: TranslationBundle;
  /** A language tag, such as `fr-FR`. */
  language: string;
}

const STEP = 1024;
const UNITS = { MB: STEP ** 2, GB: STEP ** 3 };
/* What the server writes into its sentences: numbers, and sizes with their units. */
const NUMBER = /^(\d+(?:\.\d+)?)(?: (MB|GB))?$/;

/**
 * Return a number of bytes for people: at most three digits, and a unit.
 *
 * Units are multiples of 1024 and are called kB, MB, GB, as those who ask Slurm for 4 GB
 * of memory, or read a quota, call them; in French ko, Mo, Go.
 */
export function formatSize(
  bytes: number,
  { trans, language }: ITongue
): string {
  let size = bytes;
  let unit = 0;
  while (size >= STEP - 0.5 && unit < 6) {
    size /= STEP;
    unit++;
  }
  const number = size.toLocaleString(language, {
    maximumFractionDigits: unit === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2
  });
  return [
    trans.__('%1\u00a0B', number),
    trans.__('%1\u00a0kB', number),
    trans.__('%1\u00a0MB', number),
    trans.__('%1\u00a0GB', number),
    trans.__('%1\u00a0TB', number),
    trans.__('%1\u00a0PB', number),
    trans.__('%1\u00a0EB', number)
  ][unit];
}

/**
 * Return the arguments of a sentence of the server with numbers and sizes as they are
 * written in the user's language.
 */
export function localNumbers(
  args: ReadonlyArray<string>,
  tongue: ITongue
): string[] {
  return args.map(text => {
    const [, number, unit] = NUMBER.exec(text) ?? [];
    if (number === undefined) {
      return text;
    }
    return unit
      ? formatSize(Number(number) * UNITS[unit as 'GB' | 'MB'], tongue)
      : Number(number).toLocaleString(tongue.language);
  });
}
