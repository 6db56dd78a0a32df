import type { TranslationBundle } from '@jupyterlab/translation';

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
