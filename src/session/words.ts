import type { TranslationBundle } from '@jupyterlab/translation';

const GIB = 2 ** 30;
const MIB = 2 ** 20;

/**
 * Return a duration in the two largest units that it has, such as `1 h 23 min`.
 */
export function duration(seconds: number, trans: TranslationBundle): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) {
    return trans.__('%1 d %2 h', days, hours % 24);
  }
  if (hours > 0) {
    return trans.__('%1 h %2 min', hours, minutes % 60);
  }
  if (minutes > 0) {
    return trans.__('%1 min', minutes);
  }
  return trans.__('less than 1 min');
}

/**
 * Return the time left, as the status bar shows it.
 */
export function timeLeft(seconds: number, trans: TranslationBundle): string {
  return seconds > 0
    ? trans.__('%1 left', duration(seconds, trans))
    : trans.__('The session ends now');
}

/**
 * Return a size as it is asked for at a cluster: in GB of 1024³ bytes.
 */
export function size(bytes: number, language: string): string {
  const [value, unit] = bytes < GIB ? [bytes / MIB, 'MB'] : [bytes / GIB, 'GB'];
  const digits = value < 10 ? 1 : 0;
  const number = new Intl.NumberFormat(language, {
    maximumFractionDigits: digits
  }).format(value);
  return `${number}\u00a0${unit}`;
}
