// Spans of time as short as a card needs them, kept current by the one clock of the page.
import { clock } from "ticket-parts";

const UNITS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];
const formats = new Map();

/** '3 дн.', '5 ч', '12 мин' for a number of seconds; less than a minute is one minute. */
export function span(seconds, language) {
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) || UNITS[2];
  const key = `${language} ${unit}`;
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }));
  return formats.get(key).format(Math.max(1, Math.floor(seconds / size)));
}

export function since(iso, language) {
  return span((clock.now - Date.parse(iso)) / 1000, language);
}

/** Seconds until a moment, negative when it is past. */
export function until(iso) {
  return (Date.parse(iso) - clock.now) / 1000;
}
