import type { INotification } from './desktop';
import { DesktopNotifier } from './desktop';

describe('DesktopNotifier', () => {
  let permission: NotificationPermission;
  let answer: NotificationPermission;
  let asked: number;
  let shown: string[];
  let broken: boolean;
  let notifier: DesktopNotifier;

  class Shown implements INotification {
    static get permission() {
      return permission;
    }
    static requestPermission() {
      asked++;
      permission = answer;
      return Promise.resolve(answer);
    }
    constructor(title: string, options?: NotificationOptions) {
      if (broken) {
        throw new TypeError('Illegal constructor');
      }
      shown.push(`${title}: ${options?.body}`);
    }
    onclick = null;
    close(): void {}
  }

  beforeEach(() => {
    permission = 'default';
    answer = 'granted';
    asked = 0;
    shown = [];
    broken = false;
    notifier = new DesktopNotifier(Shown);
  });

  it('asks nobody before it is told to', async () => {
    notifier.wanted = true;
    notifier.show('a', 'b', false);
    expect([asked, shown]).toEqual([0, []]);
    expect(await notifier.ask()).toBe(true);
    expect(asked).toBe(1);
    notifier.show('a', 'b', false);
    expect(shown).toEqual(['a: b']);
  });

  it('shows nothing to who does not want it, or looks at the page', async () => {
    await notifier.ask();
    notifier.show('a', 'b', false);
    notifier.wanted = true;
    notifier.show('a', 'b', true);
    expect(shown).toEqual([]);
  });

  it('takes a no for a no', async () => {
    answer = 'denied';
    notifier.wanted = true;
    expect(await notifier.ask()).toBe(false);
    expect(await notifier.ask()).toBe(false);
    notifier.show('a', 'b', false);
    expect([asked, shown, notifier.isOn]).toEqual([1, [], false]);
  });

  it('tells of each change', async () => {
    let told = 0;
    notifier.changed.connect(() => told++);
    notifier.wanted = true;
    notifier.wanted = true;
    await notifier.ask();
    expect(told).toBe(2);
  });

  it('does without a browser that has none, or has them for others only', async () => {
    const none = new DesktopNotifier(undefined);
    none.wanted = true;
    expect([none.permission, await none.ask()]).toEqual(['unsupported', false]);
    none.show('a', 'b', false);
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    await notifier.ask();
    notifier.wanted = true;
    broken = true;
    notifier.show('a', 'b', false);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });
});
