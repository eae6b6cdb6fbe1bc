// Time that only moves when a test says so. Timers run in order; promises settle between them.

export const createFakeClock = (start = 1_700_000_000_000) => {
  let now = start; // what timers run by; a jump of the wall clock leaves them alone
  let offset = 0;
  let next = 1;
  const timers = new Map();
  const settle = async () => {
    for (let i = 0; i < 30; i++) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    now: () => now + offset,
    after: (run, ms) => {
      timers.set(next, { at: now + Math.max(0, ms), run });
      return next++;
    },
    cancel: (timer) => timers.delete(timer),
    random: () => 0.5,
    settle,
    /** Sets the clock without running timers: sleep, or a person changing it. */
    jump: (ms) => {
      offset += ms;
    },
    get pending() {
      return timers.size;
    },
    advance: async (ms) => {
      await settle();
      const end = now + ms;
      for (;;) {
        const due = [...timers]
          .filter(([, timer]) => timer.at <= end)
          .sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
        if (!due) break;
        timers.delete(due[0]);
        now = Math.max(now, due[1].at);
        due[1].run();
        await settle();
      }
      now = end;
      await settle();
    },
  };
};
