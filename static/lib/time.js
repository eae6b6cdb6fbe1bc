// Times and durations in words, by the reader's clock and habits. Never decides an order: only `seq` does.

/** @typedef {import('../texts/en.js').Texts} Texts */
/** @typedef {'system' | '24' | '12'} Hours */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Formatters for one language and one choice of clock. Make a new one when either changes.
 * @param {{ locale: string, hours: Hours, texts: Texts, now: () => number }} given
 */
export const createTimes = ({ locale, hours, texts, now }) => {
  /** @type {Intl.DateTimeFormatOptions} */
  const hour = is24(locale, hours) ? { hour: '2-digit', hourCycle: 'h23' } : { hour: 'numeric', hourCycle: 'h12' };
  /** @param {Intl.DateTimeFormatOptions} options */
  const format = (options) => lazily(() => new Intl.DateTimeFormat(locale, options));
  const clockFormat = format({ ...hour, minute: '2-digit' });
  const secondsFormat = format({ ...hour, minute: '2-digit', second: '2-digit' });
  const weekdayFormat = format({ weekday: 'short' });
  const dateFormat = format({ day: 'numeric', month: 'short' });
  const dateYearFormat = format({ day: 'numeric', month: 'short', year: 'numeric' });
  const longDayFormat = format({ weekday: 'long', day: 'numeric', month: 'long' });
  const longDayYearFormat = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const fullFormat = format({
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    ...hour,
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });
  const relative = lazily(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));

  /** 'today', 'yesterday', 'tomorrow', 'Fri', '21 Nov', '21 Nov 2025'. @param {number} at */
  const dayWord = (at) => {
    const days = daysBetween(at, now());
    if (Math.abs(days) <= 1) return relative().format(0 - days, 'day');
    if (days > 1 && days < 7) return weekdayFormat().format(at);
    return (isSameYear(at, now()) ? dateFormat : dateYearFormat)().format(at);
  };

  /** '17:45' or '5:45 pm'. @param {number} at */
  const clock = (at) => clockFormat().format(at);

  /** @param {number} at */
  const near = (at) => (daysBetween(at, now()) === 0 ? clock(at) : dayWord(at));

  return {
    clock,
    /** Inside a sentence: 'at 17:45', 'yesterday at 17:45', 'Fri at 17:45'. @param {number} at */
    moment: (at) => texts.moment(daysBetween(at, now()) === 0 ? '' : `${dayWord(at)} `, clock(at)),
    /** '17:45:12', for message info. @param {number} at */
    seconds: (at) => secondsFormat().format(at),
    /** '17:45' today, else 'yesterday 17:45', 'Fri 17:45', '21 Nov 17:45'. @param {number} at */
    stamp: (at) => (daysBetween(at, now()) === 0 ? clock(at) : `${dayWord(at)} ${clock(at)}`),
    /** As `stamp`, but says 'today 17:45' too. @param {number} at */
    dayStamp: (at) => `${dayWord(at)} ${clock(at)}`,
    dayWord,
    /** '17:52' today, else the day alone: 'yesterday', 'Fri', '21 Nov'. @param {number} at */
    near,
    /** The same where a line begins with it, as in the list: 'Yesterday'. @param {number} at */
    row: (at) => capital(near(at), locale),
    /** Between the messages of two days: 'Today', 'Yesterday', 'Friday 21 November'. @param {number} at */
    day: (at) => {
      const days = daysBetween(at, now());
      if (days === 0 || days === 1) return capital(relative().format(-days, 'day'), locale);
      return (isSameYear(at, now()) ? longDayFormat : longDayYearFormat)().format(at);
    },
    /** Date, time and zone in full, for hovering. @param {number} at */
    full: (at) => fullFormat().format(at),
    /** For `<time datetime>`. @param {number} at */
    iso: (at) => new Date(at).toISOString(),
    /** '43 s', '12 min', '3 h 43 min', '3 h', '2 days 4 h'; always floored. @param {number} ms */
    duration: (ms) => joinParts(ms, texts.duration),
    /** '3 hours 43 minutes', for ears. @param {number} ms */
    durationSpoken: (ms) => joinParts(ms, spokenUnits(locale)),
  };
};

/** @typedef {ReturnType<typeof createTimes>} Times */

/**
 * Made when first used: a formatter takes a slow device some ten milliseconds, and a page begins with few of them.
 * @template T
 * @param {() => T} make
 */
const lazily = (make) => {
  /** @type {T | undefined} */
  let made;
  return () => (made ??= make());
};

/**
 * Whether the day is counted to 24, and so every time written with two digits for the hour: '05:47' stands in line with '17:45'.
 * @param {string} locale
 * @param {Hours} hours
 */
const is24 = (locale, hours) =>
  hours === '24' ||
  (hours === 'system' && new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions().hourCycle?.startsWith('h2') === true);

/**
 * @typedef {{ seconds: (n: number) => string, minutes: (n: number) => string, hours: (n: number) => string, days: (n: number) => string }} DurationUnits
 */

/**
 * Whole calendar days from `at` to `now` on this device's calendar; negative in the future.
 * @param {number} at
 * @param {number} now
 */
const daysBetween = (at, now) => Math.round((midnight(now) - midnight(at)) / DAY);

/** @param {number} at */
const midnight = (at) => new Date(at).setHours(0, 0, 0, 0); // rounding above absorbs days of 23 and 25 hours

/** Eight o'clock of the day after. @param {number} now */
export const nextMorning = (now) => {
  const day = new Date(now);
  day.setDate(day.getDate() + 1);
  return day.setHours(8, 0, 0, 0);
};

/** @param {number} a @param {number} b */
const isSameYear = (a, b) => new Date(a).getFullYear() === new Date(b).getFullYear();

/** The two largest units that say something. @param {number} ms @param {DurationUnits} units */
const joinParts = (ms, units) => {
  const whole = Math.max(0, ms);
  if (whole < MINUTE) return units.seconds(Math.floor(whole / SECOND));
  if (whole < HOUR) return units.minutes(Math.floor(whole / MINUTE));
  if (whole < DAY)
    return pair(units.hours(Math.floor(whole / HOUR)), Math.floor((whole % HOUR) / MINUTE), units.minutes);
  return pair(units.days(Math.floor(whole / DAY)), Math.floor((whole % DAY) / HOUR), units.hours);
};

/** @param {string} first @param {number} rest @param {(n: number) => string} unit */
const pair = (first, rest, unit) => (rest === 0 ? first : `${first} ${unit(rest)}`);

/** @param {string} locale @returns {DurationUnits} */
const spokenUnits = (locale) => {
  /** @param {string} unit @returns {(n: number) => string} */
  const long = (unit) => {
    const format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' });
    return (n) => format.format(n);
  };
  return { seconds: long('second'), minutes: long('minute'), hours: long('hour'), days: long('day') };
};

/** @param {string} word @param {string} locale */
const capital = (word, locale) => word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
