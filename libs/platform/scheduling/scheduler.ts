/** Who calls what has to be done again and again: timers in the product, a hand in a test. */
export interface Scheduler {
  /** `work` begins so long after the work before it ended; it is never called while it runs. */
  repeat(everyMs: number, work: () => Promise<void>): Repeated;
}

export interface Repeated {
  /** Answers when work that is under way has ended; none begins after it. */
  stop(): Promise<void>;
}

/** On the timers of the process. Work that fails is told to `onTrouble` and tried again at the next time. */
export class TimerScheduler implements Scheduler {
  constructor(private readonly onTrouble: (error: unknown) => void) {}

  repeat(everyMs: number, work: () => Promise<void>): Repeated {
    let stopped = false;
    let timer: NodeJS.Timeout | undefined;
    let working: Promise<void> = Promise.resolve();
    const turn = async (): Promise<void> => {
      await work().catch(this.onTrouble);
      if (!stopped) wait();
    };
    const wait = (): void => {
      timer = setTimeout(() => {
        working = turn();
      }, everyMs);
    };
    wait();
    return {
      stop: async () => {
        stopped = true;
        clearTimeout(timer);
        await working;
      },
    };
  }
}
