// How much working time there is until a moment. The server sends once when support works: minutes of rest and of work in
// turn, from a moment on. What is left stands still while nobody works.
import { clock } from "ticket-parts";

const formats = new Map();
const known = new WeakMap(); // what was sent → the shifts, with the work that lies before each

function shiftsOf(hours) {
  if (!known.has(hours)) {
    let [at, before] = [Date.parse(hours.from) / 1000, 0];
    const shifts = [];
    for (let index = 0; index < hours.minutes.length; index += 2) {
      const start = at + hours.minutes[index] * 60;
      const length = hours.minutes[index + 1] * 60;
      shifts.push({ start, length, before });
      at = start + length;
      before += length;
    }
    known.set(hours, shifts);
  }
  return known.get(hours);
}

/** The last shift that has begun by then. */
function shiftAt(hours, seconds) {
  const shifts = shiftsOf(hours);
  let [low, high] = [0, shifts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shifts[middle].start <= seconds) low = middle + 1;
    else high = middle;
  }
  return shifts[low - 1];
}

function worked(hours, seconds) {
  const shift = shiftAt(hours, seconds);
  return shift ? shift.before + Math.min(shift.length, seconds - shift.start) : 0;
}

/** Seconds of work from now until a moment to come. */
export function workUntil(hours, iso) {
  return worked(hours, Date.parse(iso) / 1000) - worked(hours, clock.now / 1000);
}

/** Whether nobody works just now. */
export function resting(hours) {
  const now = clock.now / 1000;
  const shift = shiftAt(hours, now);
  return !shift || now >= shift.start + shift.length;
}

/** '37 ч', '12 мин': never days, for a day of work has no agreed length. */
export function workSpan(seconds, language) {
  const [unit, size] = seconds >= 3600 ? ["hour", 3600] : ["minute", 60];
  const key = `${language} ${unit}`;
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }));
  return formats.get(key).format(Math.max(1, Math.floor(seconds / size)));
}
