/**
 * Return a moment as people say it: the time, and the day where it is not today.
 */
export function clock(moment: Date, language: string): string {
  const isToday = moment.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(language, {
    weekday: isToday ? undefined : 'short',
    hour: 'numeric',
    minute: '2-digit'
  }).format(moment);
}
